import { z } from "zod";
import type { Page, ReachableSchedule, Shift, ToolPerson } from "../../domain/access/on-call.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { askTool, sendToTool, type ToolRequest } from "./ask-tool.ts";

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
const openedIncident = z.object({ incident: z.object({ id: z.string() }) });
const incidents = z.object({ incidents: z.array(z.object({ id: z.string() })) });
const services = z.object({ service: z.object({ id: z.string() }) });
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
  // A label in Slack must not be empty.
  return schedule.users.map(({ id, summary }) => ({ id, name: summary || id }));
}

/**
 * Whether there is the service whose incidents page people. Nothing that only reads shows whether the key may open one.
 * https://developer.pagerduty.com/api-reference/165ad96a22ffd-get-a-service
 */
export async function checkPagerDutyPaging(apiUrl: string, at: ReachableSchedule): Promise<void> {
  if (at.service === undefined) return;
  const url = `${apiUrl}/services/${encodeURIComponent(at.service)}`;
  await askTool({ title: "PagerDuty", about: "service", url, headers: headersOf(at), answer: services });
}

/**
 * Opens an incident that is assigned to one person, who is then alerted as for any other.
 * https://developer.pagerduty.com/api-reference/a7d81b0e9200f-create-an-incident
 */
export async function pagePagerDuty(
  apiUrl: string,
  at: ReachableSchedule,
  page: Page,
): Promise<string | undefined> {
  const { service, from } = at;
  if (service === undefined || from === undefined)
    throw new Problem("invalid_input", "No service of PagerDuty is named that pages people.");
  const incident = {
    type: "incident",
    title: page.title,
    urgency: "high",
    incident_key: page.key,
    service: { id: service, type: "service_reference" },
    assignments: [{ assignee: { id: page.person, type: "user_reference" } }],
    body: { type: "incident_body", details: page.text },
  };
  const answer = await sendToTool({
    title: "PagerDuty",
    about: "page",
    url: `${apiUrl}/incidents`,
    headers: { ...headersOf(at), from },
    send: { incident },
    // An earlier attempt got through, and its answer did not.
    isDone: (status, text) => status === 400 && /matching dedup key/iu.test(text),
  });
  return openedIncident.safeParse(answer).data?.incident.id;
}

/** The incident with this key that is not resolved. https://developer.pagerduty.com/api-reference/9d0b4b12e36f9-list-incidents */
export async function openPagerDutyPage(
  apiUrl: string,
  at: ReachableSchedule,
  key: string,
): Promise<string | undefined> {
  const query = new URLSearchParams({ incident_key: key });
  for (const status of ["triggered", "acknowledged"]) query.append("statuses[]", status);
  return (await ask(at, `${apiUrl}/incidents?${query.toString()}`, incidents)).incidents[0]?.id;
}

/** Resolves an incident. https://developer.pagerduty.com/api-reference/8a0e1aa2ec666-update-an-incident */
export async function closePagerDutyPage(apiUrl: string, at: ReachableSchedule, id: string): Promise<void> {
  const { from } = at;
  await sendToTool({
    title: "PagerDuty",
    about: "closing",
    url: `${apiUrl}/incidents/${encodeURIComponent(id)}`,
    method: "PUT",
    headers: { ...headersOf(at), ...(from === undefined ? {} : { from }) },
    send: { incident: { type: "incident_reference", status: "resolved" } },
    // The person resolved it. A 404 is no proof: the key may be of another account by now.
    isDone: (status, text) => status === 400 && /already resolved/iu.test(text),
  });
}

async function ask<Answer>(
  at: ReachableSchedule,
  url: string,
  answer: ToolRequest<Answer>["answer"],
): Promise<Answer> {
  return askTool({ title: "PagerDuty", url, headers: headersOf(at), answer });
}

const headersOf = ({ key }: ReachableSchedule) => ({
  authorization: `Token token=${key}`,
  accept: "application/vnd.pagerduty+json;version=2",
});
