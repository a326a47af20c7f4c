import { rolesOf } from "../domain/roles.ts";
import type { RoleName } from "../domain/workspace-settings.ts";
import type { Desk } from "./desk.ts";
import { isSlackAdmin } from "./membership.ts";

/** How many people are written to at once, and how many are looked at to find them. */
const mostPeople = 20;
const mostLookedAt = 60;
/** How many pages of 200 people Slack's directory is read for its admins. */
const mostPages = 10;

/**
 * The people who have a role now, by name, group or Slack rank, at most 20; for what is said to each of them directly.
 * Where every member has it, only those that are named otherwise. Who cannot be found is left out, with a line in the log.
 */
export async function peopleWith(at: Desk, role: Extract<RoleName, "admin" | "approver">): Promise<string[]> {
  const { ctx } = at;
  const { people, groups, slackAdmins } = rolesOf(await ctx.workspace.settings.read())[role];
  const grouped = groups.length === 0 ? [] : await orNone(at, async () => at.groups());
  const admins = slackAdmins ? await orNone(at, async () => slackAdminsOf(at)) : [];
  const members = grouped.filter(({ id }) => groups.includes(id)).flatMap(({ users }) => [...users]);
  const found: string[] = [];
  for (const userId of [...new Set([...people, ...members, ...admins])].slice(0, mostLookedAt)) {
    if (found.length === mostPeople) break;
    const rights = await ctx.people.rights({ kind: "user", userId, workspaceId: ctx.workspace.id });
    if (role === "approver" ? rights.approver : rights.role === "admin") found.push(userId);
  }
  return found;
}

async function slackAdminsOf(at: Desk): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { members = [], response_metadata: next } = await at.clients.patient.users.list({
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

async function orNone<T>({ ctx }: Desk, ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await ask();
  } catch (error) {
    ctx.log.warn({ requestId: ctx.requestId, err: error }, "people with a role not all found");
    return [];
  }
}
