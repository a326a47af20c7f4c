import type { WebClient } from "@slack/web-api";
import type { Rights } from "../../domain/authorization.ts";
import { rolesOf } from "../../domain/roles.ts";
import type { RoleName } from "../../domain/workspace-settings.ts";
import type { Desk } from "./request-context.ts";
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
export async function peopleWith(at: Desk, role: ToldRole): Promise<string[]> {
  const found: string[] = [];
  const { ids } = await candidates(at, role, at.clients.patient);
  for (const userId of ids.slice(0, mostLookedAt)) {
    if (found.length === mostPeople) break;
    if (has(await rightsOf(at, userId), role)) found.push(userId);
  }
  return found;
}

/**
 * Whether nobody but the person could approve what they ask for now. False where somebody could, and where Slack does not
 * say: nobody is told that it is in vain who may be wrong.
 */
export async function isOnlyApprover(at: Desk): Promise<boolean> {
  const { members } = rolesOf(await at.ctx.workspace.settings.read()).approver;
  if (members) return false;
  const { ids, complete } = await candidates(at, "approver", at.clients.quick);
  const others = ids.filter((userId) => userId !== at.conversation.userId);
  if (!complete || others.length > mostLookedAt) return false;
  for (const userId of others) {
    const rights = await rightsOf(at, userId);
    if (rights.approver || rights.unsure !== undefined) return false;
  }
  return true;
}

function has({ role, approver }: Rights, wanted: ToldRole): boolean {
  return wanted === "approver" ? approver : role === "admin";
}

async function rightsOf({ ctx }: Desk, userId: string): Promise<Rights> {
  return ctx.people.rights({ kind: "user", userId, workspaceId: ctx.workspace.id });
}

/** Who may have a role, by what is settled; `complete` is false where Slack did not say all of it. */
async function candidates(
  at: Desk,
  role: ToldRole,
  client: WebClient,
): Promise<{ readonly ids: readonly string[]; readonly complete: boolean }> {
  const { people, groups, slackAdmins } = rolesOf(await at.ctx.workspace.settings.read())[role];
  const grouped = groups.length === 0 ? [] : await orNone(at, async () => at.groups());
  const admins = slackAdmins ? await orNone(at, async () => slackAdminsOf(at, client)) : [];
  const members = (grouped ?? []).filter(({ id }) => groups.includes(id)).flatMap(({ users }) => [...users]);
  const ids = [...new Set([...people, ...members, ...(admins ?? [])])];
  return { ids, complete: grouped !== undefined && admins !== undefined };
}

async function slackAdminsOf(at: Desk, client: WebClient): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { members = [], response_metadata: next } = await client.users.list({
      limit: 200,
      ...(cursor ? { cursor } : {}),
    });
    for (const member of members) {
      if (member.id !== undefined && isSlackAdmin(member, at.installed) && !member.deleted)
        found.push(member.id);
    }
    cursor = next?.next_cursor;
    if (!cursor) break;
  }
  return found;
}

async function orNone<T>({ ctx }: Desk, ask: () => Promise<readonly T[]>): Promise<readonly T[] | undefined> {
  try {
    return await ask();
  } catch (error) {
    ctx.log.warn({ requestId: ctx.requestId, err: error }, "people with a role not all found");
    return undefined;
  }
}
