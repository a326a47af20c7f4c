import { rolesOf } from "../../domain/access/roles.ts";
import { Problem } from "../../domain/problem/problem.ts";
import {
  workspaceSettings,
  type VersionedSettings,
  type WorkspaceSettings,
} from "../../domain/access/workspace-settings.ts";
import type { Context } from "../shared/context.ts";
import { recordRefusal, requireRoleAudited } from "../access/permissions.ts";

/** The settings to replace, by name; undefined removes one. */
export type ChangedSettings = {
  readonly [Key in keyof WorkspaceSettings]?: WorkspaceSettings[Key] | undefined;
};

/** A requested change of settings. */
export interface WantedSettings {
  change(before: WorkspaceSettings): ChangedSettings;
  /** The revision that the person saw. */
  readonly revision: number;
}

/** How many of the people named as admins are looked up to find an eligible one. */
const mostLookedUp = 10;

/** The workspace's settings for an admin to change. Throws not_allowed. */
export async function settingsToChange(ctx: Context): Promise<VersionedSettings> {
  await requireRoleAudited(ctx, "admin", "change the settings");
  return ctx.workspace.settings.readNow();
}

/**
 * Changes the workspace's settings and records the old and new values. Throws not_allowed, conflict if somebody else
 * has changed them since, invalid_input if nobody could change them afterwards, not_found for an unknown connection,
 * and nothing_to_change.
 */
export async function changeSettings(
  ctx: Context,
  wanted: WantedSettings,
): Promise<{ readonly before: WorkspaceSettings; readonly after: WorkspaceSettings }> {
  await requireRoleAudited(ctx, "admin", "change the settings");
  try {
    const { settings: before, revision } = await ctx.workspace.settings.readNow();
    if (revision !== wanted.revision)
      throw new Problem("conflict", "Someone changed the settings while this form was open.");
    const after = readSettings({ ...before, ...wanted.change(before) });
    await checkConnections(ctx, before, after);
    await checkAdmins(ctx, after);
    const details = difference(before, after);
    if (!details) throw new Problem("nothing_to_change", "The settings already are as you want them.");
    const event = { actor: ctx.actor, requestId: ctx.requestId, outcome: "applied", details } as const;
    await ctx.workspace.settings.write(after, event, revision);
    return { before, after };
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "change the settings" }, error);
    throw error;
  }
}

function readSettings(wanted: unknown): WorkspaceSettings {
  const read = workspaceSettings.safeParse(wanted);
  if (read.success) return read.data;
  const field = read.error.issues[0]?.path.join(".") ?? "settings";
  throw new Problem("invalid_input", `That cannot be a setting: ${field}.`, { field });
}

/** Checks that newly named connections exist. A removed connection may stay named. */
async function checkConnections(
  { workspace }: Context,
  { connectionOperators: before = {} }: WorkspaceSettings,
  { connectionOperators: after = {} }: WorkspaceSettings,
): Promise<void> {
  const known = new Set((await workspace.connections.list()).map(({ id }) => id));
  const unknown = Object.keys(after).find((id) => !known.has(id) && !Object.hasOwn(before, id));
  if (unknown !== undefined)
    throw new Problem("not_found", "There is no such connection.", { field: "connection" });
}

/** Checks that somebody stays an admin whatever happens to user groups, and even if Slack is unavailable. */
async function checkAdmins(ctx: Context, settings: WorkspaceSettings): Promise<void> {
  const { slackAdmins, people } = rolesOf(settings).admin;
  if (slackAdmins) return;
  for (const userId of people.slice(0, mostLookedUp)) {
    const actor = { kind: "user", userId, workspaceId: ctx.workspace.id } as const;
    if ((await ctx.authorizer.permissions(actor, settings)).role === "admin") return;
  }
  throw new Problem(
    "invalid_input",
    "Nobody could change the settings any more. Let Slack admins be admins, or name a full member.",
    { field: "admin" },
  );
}

/** The settings that differ, before and after, as JSON of ids and single words. */
function difference(
  before: WorkspaceSettings,
  after: WorkspaceSettings,
): { readonly before: string; readonly after: string } | undefined {
  const keys = Object.keys(workspaceSettings.shape);
  const parts = (settings: WorkspaceSettings): ReadonlyMap<string, string> =>
    new Map(Object.entries(settings).map(([key, value]) => [key, JSON.stringify(value)]));
  const [was, is] = [parts(before), parts(after)];
  const differing = keys.filter((key) => was.get(key) !== is.get(key));
  if (differing.length === 0) return undefined;
  const json = (of: ReadonlyMap<string, string>): string =>
    `{${differing.map((key) => `${JSON.stringify(key)}:${of.get(key) ?? "null"}`).join(",")}}`;
  return { before: json(was), after: json(is) };
}
