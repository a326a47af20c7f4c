import { rolesOf } from "../../domain/access/roles.ts";
import {
  maxSchedulePeople,
  type OnCallAccess,
  type OnCallSchedule,
  type OnCallTool,
  type OnCallTools,
  type SchedulePerson,
  type ToolPerson,
  changedTable,
} from "../../domain/access/on-call.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { textFault } from "../../domain/text/visible-text.ts";
import { asAdmin, requireRoleAudited } from "../access/permissions.ts";
import type { Context } from "../shared/context.ts";
import { digestOf } from "../shared/digest.ts";

const act = "manage on-call schedules";
const longestName = 40;

/** How a person describes access to a tool. */
export interface TypedAccess {
  readonly key: string;
  readonly url: string;
  readonly stackUrl: string;
  readonly service: string;
  readonly from: string;
}

/** What a person says about a new schedule. */
export interface NewSchedule extends TypedAccess {
  readonly name: string;
  readonly tool: OnCallTool;
  readonly schedule: string;
}

/** The schedules of the workspace. For admins. Throws not_allowed. */
export async function listSchedules(ctx: Context): Promise<readonly OnCallSchedule[]> {
  await requireRoleAudited(ctx, "admin", act);
  return ctx.workspace.onCallSchedules.list();
}

/** A schedule of the workspace. For admins. Throws not_allowed and not_found. */
export async function getSchedule(ctx: Context, id: string): Promise<OnCallSchedule> {
  await requireRoleAudited(ctx, "admin", act);
  return presentSchedule(ctx, id);
}

/**
 * Adds a schedule that its tool could read. It gives no role before people are confirmed and the settings name it. For
 * admins. Throws not_allowed, invalid_input, what the tool throws, and not_recorded.
 */
export async function addSchedule(
  ctx: Context,
  tools: OnCallTools,
  wanted: NewSchedule,
): Promise<OnCallSchedule> {
  return asAdmin(ctx, act, async () => {
    const name = wanted.name.trim();
    if (name === "" || Array.from(name).length > longestName || textFault(name) !== undefined)
      throw new Problem("invalid_input", `Give the schedule a name of at most ${longestName} characters.`, {
        field: "name",
      });
    const schedule = wanted.schedule.trim();
    if (!/^[A-Za-z0-9]{3,40}$/u.test(schedule))
      throw new Problem("invalid_input", "A schedule's id has letters and digits only, such as PI7DH85.", {
        field: "schedule",
      });
    const access = checkAccess(tools, wanted.tool, wanted);
    await tools.people({ tool: wanted.tool, schedule, ...access }, ctx.now());
    await tools.checkPaging({ tool: wanted.tool, schedule, ...access });
    return ctx.workspace.onCallSchedules.add(
      { id: ctx.newId("ocs"), name, tool: wanted.tool, schedule },
      access,
      ctx,
    );
  });
}

/** Replaces the key of a schedule by one that its tool accepts. For admins. Throws what `addSchedule` throws. */
export async function setScheduleAccess(
  ctx: Context,
  tools: OnCallTools,
  id: string,
  typed: TypedAccess,
): Promise<OnCallSchedule> {
  return asAdmin(ctx, act, async () => {
    const { tool, schedule } = await presentSchedule(ctx, id);
    const access = checkAccess(tools, tool, typed);
    await tools.people({ tool, schedule, ...access }, ctx.now());
    await tools.checkPaging({ tool, schedule, ...access });
    return ctx.workspace.onCallSchedules.setAccess(id, access, ctx);
  });
}

/** The people of a schedule as its tool names them now, and those confirmed before who are not in it any more. */
export interface PeopleToMap {
  readonly schedule: OnCallSchedule;
  readonly people: readonly ToolPerson[];
  /** How many more there are. None of them is confirmed. */
  readonly left: number;
  /** The SHA-256 of the table of people, so that exactly this one is replaced. */
  readonly table: string;
}

/** The people that an admin can confirm. Throws not_allowed, not_found, not_connected, and what the tool throws. */
export async function peopleToMap(
  ctx: Context,
  tools: Pick<OnCallTools, "people">,
  id: string,
): Promise<PeopleToMap> {
  const schedule = await getSchedule(ctx, id);
  const access = await ctx.workspace.onCallSchedules.access(id);
  const found = await tools.people({ ...schedule, ...access }, ctx.now());
  const isConfirmed = ({ id: person }: ToolPerson) => schedule.people.some((one) => one.id === person);
  const gone = schedule.people.filter((person) => !found.some((one) => one.id === person.id));
  // Those who are confirmed first: whom a form does not show, nobody can take out.
  const all = [...found.filter(isConfirmed), ...gone, ...found.filter((person) => !isConfirmed(person))];
  const people = all.slice(0, maxSchedulePeople);
  return { schedule, people, left: all.length - people.length, table: await digestOf(schedule.people) };
}

/** What an admin said about the people of a schedule. */
export interface ConfirmedPeople {
  readonly people: readonly SchedulePerson[];
  /** The ids of all people whom the form showed. Those whom it did not show stay confirmed. */
  readonly shown: readonly string[];
  /** See `PeopleToMap`. */
  readonly table: string;
}

/**
 * Replaces who the people of a schedule are in Slack. For admins. Throws not_allowed, not_found, invalid_input, conflict if
 * somebody changed the table since it was shown, and not_recorded.
 */
export async function confirmPeople(
  ctx: Context,
  id: string,
  confirmed: ConfirmedPeople,
): Promise<OnCallSchedule> {
  return asAdmin(ctx, act, async () => {
    const { people: before } = await presentSchedule(ctx, id);
    if ((await digestOf(before)) !== confirmed.table) throw changedTable();
    const unseen = before.filter((person) => !confirmed.shown.includes(person.id));
    const people = [...confirmed.people, ...unseen];
    const twice = people.find((one) => people.filter((other) => other.userId === one.userId).length > 1);
    if (twice)
      throw new Problem("invalid_input", `<@${twice.userId}> cannot be two people of the schedule.`, {
        field: `person:${twice.id}`,
      });
    return ctx.workspace.onCallSchedules.setPeople(id, { before, people }, ctx);
  });
}

/** Removes a schedule that gives no role. For admins. Throws not_allowed, not_found, invalid_input and not_recorded. */
export async function removeSchedule(ctx: Context, id: string): Promise<void> {
  await asAdmin(ctx, act, async () => {
    const { name } = await presentSchedule(ctx, id);
    const roles = Object.entries(rolesOf(await ctx.workspace.settings.read()));
    const used = roles.find(([, { schedules = [] }]) => schedules.includes(id));
    if (used)
      throw new Problem(
        "invalid_input",
        `“${name}” gives the role ${used[0]}. Take it out of the roles first: /number settings.`,
      );
    await ctx.workspace.onCallSchedules.remove(id, ctx);
  });
}

async function presentSchedule(ctx: Context, id: string): Promise<OnCallSchedule> {
  const schedule = await ctx.workspace.onCallSchedules.find(id);
  if (schedule) return schedule;
  throw new Problem("not_found", "There is no such schedule. It was removed.", { field: "schedule" });
}

/** A service of PagerDuty, and the user in whose name its incidents are made; neither if nobody is to be paged. */
function checkPaging(typed: TypedAccess): Pick<OnCallAccess, "service" | "from"> {
  const [service, from] = [typed.service.trim(), typed.from.trim()];
  if (service === "" && from === "") return {};
  if (!/^[A-Za-z0-9]{3,40}$/u.test(service))
    throw new Problem("invalid_input", "A service's id has letters and digits only, such as PIJ90N7.", {
      field: "service",
    });
  // It is sent as a header.
  if (!/^[!-?A-~]+@[!-?A-~]+$/u.test(from))
    throw new Problem("invalid_input", "Write the e-mail address of a user of PagerDuty.", { field: "from" });
  return { service, from };
}

function checkAccess(tools: OnCallTools, tool: OnCallTool, typed: TypedAccess): OnCallAccess {
  const key = typed.key.trim();
  if (!/^[\x20-\x7e]{8,500}$/u.test(key))
    throw new Problem("invalid_input", "This is not a key of an on-call tool.", { field: "key" });
  if (tool === "pagerduty") return { key, ...checkPaging(typed) };
  const stack = typed.stackUrl.trim();
  return {
    key,
    url: tools.checkUrl(typed.url),
    ...(stack === "" ? {} : { stackUrl: tools.checkUrl(stack) }),
  };
}
