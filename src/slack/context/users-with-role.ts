import type { WebClient } from "@slack/web-api";
import type { Permissions } from "../../domain/authorization.ts";
import { rolesOf } from "../../domain/roles.ts";
import type { RoleName } from "../../domain/workspace-settings.ts";
import type { RequestContext } from "./request-context.ts";
import { isSlackAdmin } from "./membership.ts";

/** How many people are written to at once, and how many are looked at to find them. */
const mostPeople = 20;
const mostLookedAt = 60;
/** How many pages of 200 people Slack's directory is read for its admins. */
const mostPages = 10;

/** A role that people are told or asked by. */
type ToldRole = Extract<RoleName, "admin" | "approver">;

/**
 * The people who have a role now, by name, group or Slack rank, at most 20; for what is said to each of them directly.
 * Where every member has it, only those that are named otherwise. Who cannot be found is left out, with a line in the log.
 */
export async function usersWithRole(req: RequestContext, role: ToldRole): Promise<string[]> {
  const found: string[] = [];
  const { ids } = await candidates(req, role, req.clients.patient);
  for (const userId of ids.slice(0, mostLookedAt)) {
    if (found.length === mostPeople) break;
    if (has(await rightsOf(req, userId), role)) found.push(userId);
  }
  return found;
}

/**
 * Whether nobody but the person could approve what they ask for now. False where somebody could, and where Slack does not
 * say: nobody is told that it is in vain who may be wrong.
 */
export async function isOnlyApprover(req: RequestContext): Promise<boolean> {
  const { members } = rolesOf(await req.ctx.workspace.settings.read()).approver;
  if (members) return false;
  const { ids, complete } = await candidates(req, "approver", req.clients.quick);
  const others = ids.filter((userId) => userId !== req.conversation.userId);
  if (!complete || others.length > mostLookedAt) return false;
  for (const userId of others) {
    const permissions = await rightsOf(req, userId);
    if (permissions.approver || permissions.unavailableReason !== undefined) return false;
  }
  return true;
}

function has({ role, approver }: Permissions, wanted: ToldRole): boolean {
  return wanted === "approver" ? approver : role === "admin";
}

async function rightsOf({ ctx }: RequestContext, userId: string): Promise<Permissions> {
  return ctx.authorizer.permissions({ kind: "user", userId, workspaceId: ctx.workspace.id });
}

/** Who may have a role, by what is settled; `complete` is false where Slack did not say all of it. */
async function candidates(
  req: RequestContext,
  role: ToldRole,
  client: WebClient,
): Promise<{ readonly ids: readonly string[]; readonly complete: boolean }> {
  const { people, groups, slackAdmins } = rolesOf(await req.ctx.workspace.settings.read())[role];
  const grouped = groups.length === 0 ? [] : await orNone(req, async () => req.groups());
  const admins = slackAdmins ? await orNone(req, async () => slackAdminsOf(req, client)) : [];
  const members = (grouped ?? []).filter(({ id }) => groups.includes(id)).flatMap(({ users }) => [...users]);
  const ids = [...new Set([...people, ...members, ...(admins ?? [])])];
  return { ids, complete: grouped !== undefined && admins !== undefined };
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
    ctx.log.warn({ requestId: ctx.requestId, err: error }, "people with a role not all found");
    return undefined;
  }
}
