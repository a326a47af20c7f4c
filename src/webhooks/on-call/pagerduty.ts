import { z } from "zod";
import type { ReachableSchedule, Shift, ToolPerson } from "../../domain/access/on-call.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { askTool, type ToolRequest } from "./ask-tool.ts";

/** As many as PagerDuty gives at once, and how many pages are read at most. */
const pageSize = 100;
const mostPages = 10;

const user = z.object({ id: z.string(), summary: z.string().nullish() });
const onCalls = z.object({
  oncalls: z.array(
    z.object({
      user,
      schedule: z.object({ id: z.string() }).nullish(),
      escalation_level: z.number(),
      start: z.iso.datetime({ offset: true }).nullish(),
      end: z.iso.datetime({ offset: true }).nullish(),
    }),
  ),
  more: z.boolean(),
});
const schedules = z.object({ schedule: z.object({ users: z.array(user) }) });

/**
 * Who is on call, by the first level of escalation first.
 * https://developer.pagerduty.com/api-reference/3a6b910f11050-list-all-of-the-on-calls
 * A schedule that no escalation policy uses has no on-calls.
 */
export async function pagerDutyShifts(
  apiUrl: string,
  at: ReachableSchedule,
  from: Date,
  until: Date,
): Promise<readonly Shift[]> {
  const found: { readonly level: number; readonly shift: Shift }[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const query = new URLSearchParams({
      "schedule_ids[]": at.schedule,
      since: from.toISOString(),
      until: until.toISOString(),
      time_zone: "UTC",
      limit: String(pageSize),
      offset: String(page * pageSize),
    });
    const { oncalls, more } = await ask(at, `${apiUrl}/oncalls?${query.toString()}`, onCalls);
    for (const { user: person, schedule, escalation_level: level, start, end } of oncalls)
      if (schedule?.id === at.schedule)
        found.push({
          level,
          shift: { person: person.id, ...(start ? { from: start } : {}), ...(end ? { until: end } : {}) },
        });
    if (!more) return found.toSorted((one, other) => one.level - other.level).map(({ shift }) => shift);
  }
  throw new Problem("vendor_response_unreadable", "PagerDuty lists too many people on call to read.");
}

/** Everybody on a schedule. https://developer.pagerduty.com/api-reference/3f03afb2c84a4-get-a-schedule */
export async function pagerDutyPeople(apiUrl: string, at: ReachableSchedule): Promise<readonly ToolPerson[]> {
  const url = `${apiUrl}/schedules/${encodeURIComponent(at.schedule)}`;
  const { schedule } = await ask(at, url, schedules);
  return schedule.users.map(({ id, summary }) => ({ id, name: summary ?? id }));
}

async function ask<Answer>(
  { key }: ReachableSchedule,
  url: string,
  answer: ToolRequest<Answer>["answer"],
): Promise<Answer> {
  const headers = { authorization: `Token token=${key}`, accept: "application/vnd.pagerduty+json;version=2" };
  return askTool({ title: "PagerDuty", url, headers, answer });
}
