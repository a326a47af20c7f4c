import type { WebClient } from "@slack/web-api";
import type { Permissions } from "../../domain/access/authorization.ts";
import { rolesOf } from "../../domain/access/roles.ts";
import type { RoleName } from "../../domain/access/workspace-settings.ts";
import { roleIsEnough } from "../../domain/shared/actor.ts";
import type { RequestContext } from "./request-context.ts";
import { isSlackAdmin } from "./membership.ts";

/** The most people to message at once, and the most to check in order to find them. */
const mostPeople = 20;
const mostLookedAt = 60;
/** How many pages of 200 people to read from Slack's directory to find admins. */
const mostPages = 10;

/** A role whose members receive messages. */
type NotifiedRole = Extract<RoleName, "admin" | "approver" | "operator">;

/**
 * The people who have a role now, by name, group or Slack role, at most 20, for direct messages. If every member has
 * the role, only those who have it for another reason. People who cannot be found are left out and logged.
 */
export async function usersWithRole(req: RequestContext, role: NotifiedRole): Promise<readonly string[]> {
  return (await findUsersWithRole(req, role)).userIds;
}

/** The same, and whether Slack said of everybody whether they have the role. */
export async function findUsersWithRole(
  req: RequestContext,
  role: NotifiedRole,
): Promise<{ readonly userIds: readonly string[]; readonly isComplete: boolean }> {
  const userIds: string[] = [];
  const { ids, complete } = await candidates(req, role, req.clients.patient);
  let isComplete = complete;
  for (const userId of ids.slice(0, mostLookedAt)) {
    if (userIds.length === mostPeople) break;
    const permissions = await permissionsOf(req, userId);
    if (has(permissions, role)) userIds.push(userId);
    else if (permissions.unavailableReason !== undefined) isComplete = false;
  }
  return { userIds, isComplete };
}

/**
 * Whether fewer people than wanted could approve a request of this person. False if Slack does not say, so that nobody is
 * discouraged by mistake.
 */
export async function hasTooFewApprovers(req: RequestContext, wanted: number): Promise<boolean> {
  const { members } = rolesOf(await req.ctx.workspace.settings.read()).approver;
  if (members) return false;
  const { ids, complete } = await candidates(req, "approver", req.clients.quick);
  const others = ids.filter((userId) => userId !== req.conversation.userId);
  if (!complete || others.length > mostLookedAt) return false;
  let able = 0;
  for (const userId of others) {
    const permissions = await permissionsOf(req, userId);
    if (permissions.unavailableReason !== undefined) return false;
    if (permissions.approver) able += 1;
    if (able >= wanted) return false;
  }
  return true;
}

function has({ role, approver }: Permissions, wanted: NotifiedRole): boolean {
  return wanted === "approver" ? approver : roleIsEnough(role, wanted);
}

async function permissionsOf({ ctx }: RequestContext, userId: string): Promise<Permissions> {
  return ctx.authorizer.permissions({ kind: "user", userId, workspaceId: ctx.workspace.id });
}

/** Candidates for a role according to the settings. `complete` is false if Slack did not name all of them. */
async function candidates(
  req: RequestContext,
  role: NotifiedRole,
  client: WebClient,
): Promise<{ readonly ids: readonly string[]; readonly complete: boolean }> {
  const {
    people,
    groups,
    slackAdmins,
    schedules = [],
  } = rolesOf(await req.ctx.workspace.settings.read())[role];
  const shifts = schedules.length === 0 ? [] : await req.deps.onCall.now(req.ctx.workspace, schedules);
  const onCall = shifts.flatMap((shift) => shift.people.map(({ userId }) => userId));
  const grouped = groups.length === 0 ? [] : await orNone(req, async () => req.groups());
  const admins = slackAdmins ? await orNone(req, async () => slackAdminsOf(req, client)) : [];
  const members = (grouped ?? []).filter(({ id }) => groups.includes(id)).flatMap(({ users }) => [...users]);
  const ids = [...new Set([...people, ...members, ...(admins ?? []), ...onCall])];
  const isRead = shifts.every(({ unreadable }) => unreadable === undefined);
  return { ids, complete: grouped !== undefined && admins !== undefined && isRead };
}

async function slackAdminsOf(req: RequestContext, client: WebClient): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { members = [], response_metadata: next } = await client.users.list({
      limit: 200,
      ...(cursor ? { cursor } : {}),
    });
    for (const member of members) {
      if (member.id !== undefined && isSlackAdmin(member, req.installed) && !member.deleted)
        found.push(member.id);
    }
    cursor = next?.next_cursor;
    if (!cursor) break;
  }
  return found;
}

async function orNone<T>(
  { ctx }: RequestContext,
  ask: () => Promise<readonly T[]>,
): Promise<readonly T[] | undefined> {
  try {
    return await ask();
  } catch (error) {
    ctx.log.warn({ requestId: ctx.requestId, err: error }, "not all people with a role found");
    return undefined;
  }
}
