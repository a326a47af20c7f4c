import { existsSync, readFileSync } from "node:fs";
import { WebClient } from "@slack/web-api";
import { Ajv } from "ajv";
import ajvFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { manifestFaults } from "../src/cli/doctor/manifest.ts";
import { commands } from "../src/slack/router/commands.ts";
import { shortcutRoutes } from "../src/slack/router/routes.ts";
import { manifestExpectations as code } from "../src/slack/server/manifest-expectations.ts";
import { slackSource } from "./cli/code.ts";

const text = readFileSync(new URL("../manifest.yml", import.meta.url), "utf8");
// Slack's JSON schema for manifests, version 2. It is not part of this repository; put a copy there to run the test.
const schemaFile = new URL("../../shared/contracts/slack-manifest-v2.schema.json", import.meta.url);

/** The manifest with one place changed. */
function changed(from: string | RegExp, to: string): unknown {
  const other = text.replace(from, to);
  if (other === text) throw new Error(`the manifest has no ${String(from)}`);
  return parse(other);
}

/** The scope that a bot needs for a Web API method, by the method's page on docs.slack.dev; undefined where none. */
const scopesOfMethods: Readonly<Record<string, string | undefined>> = {
  "api.test": undefined,
  // With the id and secret of the app itself.
  "oauth.v2.access": undefined,
  "auth.test": undefined,
  "chat.getPermalink": undefined,
  "chat.postEphemeral": "chat:write",
  "chat.postMessage": "chat:write",
  "chat.update": "chat:write",
  "usergroups.list": "usergroups:read",
  "files.uploadV2": "files:write",
  "users.info": "users:read",
  "users.list": "users:read",
  "views.open": undefined,
  "views.publish": undefined,
  "views.update": undefined,
};

describe("the manifest", () => {
  it.skipIf(!existsSync(schemaFile))(
    "is valid against Slack's schema (skipped without a copy of the schema)",
    () => {
      const ajv = new Ajv({ strict: false, allErrors: true });
      ajvFormats.default(ajv);
      const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, "utf8")));
      validate(parse(text));
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it("matches the code", () => {
    expect(manifestFaults(parse(text), code)).toEqual([]);
  });

  it("has the callback_ids of the shortcuts in the code, and the events of its listeners", () => {
    expect(code.shortcuts.map(({ callbackId }) => callbackId)).toEqual(shortcutRoutes.map(({ id }) => id));
    // Read out of the source: the list alone would not show a listener that is missing or one too many.
    expect([...slackSource.matchAll(/\bevent\.type === "(\w+)"/gu)].map(([, name]) => name)).toEqual(
      code.events,
    );
    expect(code.verbs).toEqual(commands.map(({ verb }) => verb));
  });

  it("asks for the scopes that the methods called in src/slack need, and for no other", () => {
    const families = Object.entries(new WebClient())
      .filter(([name, value]) => typeof value === "object" && /^[a-z]/u.test(name))
      .map(([name]) => name);
    const call = new RegExp(`(?<!\\.)\\.(${families.join("|")})\\s*\\.([\\w.]+)\\(`, "gu");
    const methods = new Set([...slackSource.matchAll(call)].map(([, family, verb]) => `${family}.${verb}`));
    expect(methods.size).toBeGreaterThan(4);
    expect([...methods].filter((method) => !(method in scopesOfMethods))).toEqual([]);
    const scopes = [...methods]
      .map((method) => scopesOfMethods[method])
      .filter((scope) => scope !== undefined);
    // No method needs these: the slash command and the shortcuts, and the event `app_mention`.
    const needed = new Set(["commands", "app_mentions:read", ...scopes]);
    expect(code.scopes.toSorted()).toEqual([...needed].toSorted());
  });

  it.each([
    [
      "a command of another name",
      "command: /number",
      "command: /numbers",
      "the slash command /number is missing",
    ],
    ["a hint without a verb", " | detach", "", "the usage hint of /number lacks detach"],
    ["an unescaped command", "should_escape: true", "should_escape: false", "lacks should_escape"],
    [
      "a lost shortcut",
      "callback_id: reassign_number",
      "callback_id: other",
      "reassign_number (global) is missing",
    ],
    [
      "a shortcut of another type",
      "type: message",
      "type: global",
      "numbers_in_message (message) is missing",
    ],
    ["a lost scope", "- users:read", "", "the bot scope users:read is missing"],
    ["a scope too many", "- users:read", "- users:read\n      - im:history", "im:history is not used"],
    [
      "a scope that must be granted",
      /bot_optional:\n.*/u,
      "",
      "the optional bot scope files:write is missing",
    ],
    ["a lost event", "- tokens_revoked", "", "the event tokens_revoked is missing"],
    [
      "one URL that differs",
      /message_menu_options_url: .*/u,
      "message_menu_options_url: https://else.where/slack/events",
      "message_menu_options_url is https://else.where",
    ],
    ["a redirect elsewhere", "/slack/oauth_redirect", "/oauth", "a redirect URL is"],
    [
      "token rotation without OAuth",
      / {2}redirect_urls:\n.*\n([^]*)token_rotation_enabled: false/u,
      "$1token_rotation_enabled: true",
      "only an installation by OAuth can exchange tokens",
    ],
    ["no Home tab", "home_tab_enabled: true", "home_tab_enabled: false", "Home tab"],
  ])("is held against the code: %s", (_name, from, to, fault) => {
    expect(manifestFaults(changed(from, to), code).join("\n")).toContain(fault);
  });

  it("may have token rotation where it is installed by OAuth", () => {
    const rotating = changed("token_rotation_enabled: false", "token_rotation_enabled: true");
    expect(manifestFaults(rotating, code)).toEqual([]);
  });

  it("needs no URL in Socket Mode", () => {
    const withoutUrls = text
      .replace("socket_mode_enabled: false", "socket_mode_enabled: true")
      .replaceAll(/^\s*(?:url|request_url|message_menu_options_url): .*\n/gmu, "")
      .replace(/^\s*redirect_urls:\n.*\n/mu, "");
    expect(withoutUrls).not.toMatch(/^\s*[^#\s].*patchbay\.example\.com/mu);
    expect(manifestFaults(parse(withoutUrls), code)).toEqual([]);
  });

  it("that is invalid is reported", () => {
    expect(manifestFaults(null, code)).toHaveLength(1);
    expect(manifestFaults({ features: {} }, code).join("\n")).toContain("oauth_config");
  });
});
