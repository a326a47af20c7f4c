import { z } from "zod";

/** What the code listens to and which scopes it needs. The manifest says the same to Slack. */
export interface ManifestCode {
  /** The slash command, with its slash. */
  readonly command: string;
  /** Its verbs, which the usage hint lists. */
  readonly verbs: readonly string[];
  readonly shortcuts: readonly {
    readonly callbackId: string;
    readonly type: "global" | "message" | undefined;
  }[];
  readonly scopes: readonly string[];
  /** The scopes that a workspace may decline. */
  readonly optionalScopes: readonly string[];
  readonly events: readonly string[];
  /** The path for Slack's requests, and the path where an installation finishes. */
  readonly requestPath: string;
  readonly redirectPath: string;
}

const texts = z.array(z.string()).default([]);

/** The parts of an app manifest that the code depends on. https://docs.slack.dev/reference/app-manifest */
const manifestSchema = z.object({
  features: z.object({
    app_home: z.object({ home_tab_enabled: z.boolean().optional() }).optional(),
    bot_user: z.object({ display_name: z.string() }).optional(),
    shortcuts: z.array(z.object({ callback_id: z.string(), type: z.string() })).default([]),
    slash_commands: z
      .array(
        z.object({
          command: z.string(),
          url: z.string().optional(),
          usage_hint: z.string().default(""),
          should_escape: z.boolean().optional(),
        }),
      )
      .default([]),
  }),
  oauth_config: z.object({
    redirect_urls: texts,
    scopes: z.object({ bot: texts, bot_optional: texts, user: texts }),
  }),
  settings: z.object({
    event_subscriptions: z.object({
      request_url: z.string().optional(),
      bot_events: texts,
      user_events: texts,
    }),
    interactivity: z.object({
      is_enabled: z.boolean(),
      request_url: z.string().optional(),
      message_menu_options_url: z.string().optional(),
    }),
    socket_mode_enabled: z.boolean().optional(),
    token_rotation_enabled: z.boolean().optional(),
  }),
});

type Manifest = z.output<typeof manifestSchema>;

/** The differences between a manifest and the code, as text to show; empty without any. */
export function manifestFaults(manifest: unknown, code: ManifestCode): string[] {
  const read = manifestSchema.safeParse(manifest);
  if (!read.success)
    return read.error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
  const { features, oauth_config: oauth, settings } = read.data;
  return [
    ...differences(
      "slash command",
      features.slash_commands.map(({ command }) => command),
      [code.command],
    ),
    ...commandFaults(read.data, code),
    ...differences(
      "shortcut",
      features.shortcuts.map((shortcut) => `${shortcut.callback_id} (${shortcut.type})`),
      code.shortcuts.map(({ callbackId, type }) => `${callbackId} (${type})`),
    ),
    ...differences("bot scope", oauth.scopes.bot, code.scopes),
    ...differences("optional bot scope", oauth.scopes.bot_optional, code.optionalScopes),
    ...differences("user scope", oauth.scopes.user, []),
    ...differences("event", settings.event_subscriptions.bot_events, code.events),
    ...differences("user event", settings.event_subscriptions.user_events, []),
    ...(features.bot_user ? [] : ["there is no bot user"]),
    ...(features.app_home?.home_tab_enabled ? [] : ["the Home tab is not enabled"]),
    ...(settings.interactivity.is_enabled ? [] : ["interactivity is not enabled"]),
    ...(settings.token_rotation_enabled && !oauth.redirect_urls?.length
      ? ["token rotation is enabled without redirect_urls: only an installation by OAuth can exchange tokens"]
      : []),
    ...(settings.socket_mode_enabled ? [] : urlFaults(read.data, code)),
  ];
}

function commandFaults({ features }: Manifest, { command, verbs }: ManifestCode): string[] {
  const ours = features.slash_commands.find((one) => one.command === command);
  if (!ours) return [];
  const hinted = new Set(ours.usage_hint.split(/[^\w-]+/u));
  return [
    ...(ours.should_escape ? [] : [`${command} lacks should_escape`]),
    ...verbs.filter((verb) => !hinted.has(verb)).map((verb) => `the usage hint of ${command} lacks ${verb}`),
  ];
}

function urlFaults({ features, oauth_config, settings }: Manifest, code: ManifestCode): string[] {
  const { event_subscriptions: events, interactivity } = settings;
  const urls: Readonly<Record<string, string | undefined>> = {
    [`${code.command} url`]: features.slash_commands.find(({ command }) => command === code.command)?.url,
    "event_subscriptions.request_url": events.request_url,
    "interactivity.request_url": interactivity.request_url,
    "interactivity.message_menu_options_url": interactivity.message_menu_options_url,
  };
  const expected = Object.values(urls).find((url) => url?.endsWith(code.requestPath));
  if (expected === undefined) return [`no request URL ends in ${code.requestPath}`];
  const redirect = expected.slice(0, -code.requestPath.length) + code.redirectPath;
  return [
    ...Object.entries(urls)
      .filter(([, url]) => url !== expected)
      .map(([name, url]) => `${name} is ${url ?? "missing"}, not ${expected}`),
    ...oauth_config.redirect_urls
      .filter((url) => url !== redirect)
      .map((url) => `a redirect URL is ${url}, not ${redirect}`),
  ];
}

function differences(what: string, manifest: readonly string[], code: readonly string[]): string[] {
  return [
    ...code.filter((item) => !manifest.includes(item)).map((item) => `the ${what} ${item} is missing`),
    ...manifest
      .filter((item) => !code.includes(item))
      .map((item) => `the ${what} ${item} is not used by the code`),
  ];
}
