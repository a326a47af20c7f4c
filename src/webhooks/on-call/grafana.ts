import type { Dispatcher } from "undici";
import { z } from "zod";
import type { Page, ReachableSchedule, Shift, ToolPerson } from "../../domain/access/on-call.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { askTool, sendToTool } from "./ask-tool.ts";

const alertGroup = z.object({ id: z.string() });

const mostPages = 20;
const dayMs = 24 * 60 * 60_000;
/** How far ahead people are looked for who take part in a schedule. */
const aheadMs = 60 * dayMs;

const finalShifts = z.object({
  next: z.string().nullable(),
  results: z.array(
    z.object({
      user_pk: z.string(),
      user_username: z.string(),
      shift_start: z.iso.datetime({ offset: true }),
      shift_end: z.iso.datetime({ offset: true }),
    }),
  ),
});

/** A shift as Grafana exports it, with rotations, overrides and swaps applied. */
type FinalShift = z.infer<typeof finalShifts>["results"][number];

/** Who is on call. The export gives whole days, and every shift that touches them. */
export async function grafanaShifts(
  at: ReachableSchedule,
  from: Date,
  until: Date,
  dispatcher: Dispatcher,
): Promise<readonly Shift[]> {
  const shifts = await exported(at, new Date(from.getTime() - dayMs), until, dispatcher);
  return shifts.map(({ user_pk: person, shift_start: start, shift_end: end }) => ({
    person,
    from: start,
    until: end,
  }));
}

/** Everybody who has a shift in the next two months. */
export async function grafanaPeople(
  at: ReachableSchedule,
  now: Date,
  dispatcher: Dispatcher,
): Promise<readonly ToolPerson[]> {
  const shifts = await exported(
    at,
    new Date(now.getTime() - dayMs),
    new Date(now.getTime() + aheadMs),
    dispatcher,
  );
  const people = new Map(shifts.map(({ user_pk: id, user_username: name }) => [id, { id, name }]));
  return [...people.values()];
}

/**
 * https://grafana.com/docs/grafana-cloud/alerting-and-irm/irm/reference/oncall-api/schedules: the key is the whole header, and
 * a service account's token also needs the address of its stack. Pages are asked for by number: the address of the next one
 * comes from outside, and the key would go there.
 */
async function exported(
  { schedule, key, url = "", stackUrl }: ReachableSchedule,
  from: Date,
  until: Date,
  dispatcher: Dispatcher,
): Promise<readonly FinalShift[]> {
  const headers = headersOf({ key, stackUrl });
  const found: FinalShift[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const query = new URLSearchParams({
      start_date: dateOf(from),
      end_date: dateOf(until),
      page: String(page),
    });
    const path = `/api/v1/schedules/${encodeURIComponent(schedule)}/final_shifts`;
    const asked = { title: "Grafana IRM", url: `${url}${path}?${query.toString()}`, headers, dispatcher };
    const { results, next } = await askTool({ ...asked, answer: finalShifts });
    found.push(...results);
    if (next === null) return found;
  }
  throw new Problem("vendor_response_unreadable", "Grafana IRM lists too many shifts to read.");
}

/**
 * Escalates to one person, by the notification rules for what is important.
 * https://grafana.com/docs/grafana-cloud/alerting-and-irm/irm/reference/oncall-api/escalation
 */
export async function pageGrafana(
  at: ReachableSchedule,
  page: Page,
  dispatcher: Dispatcher,
): Promise<string | undefined> {
  const { person: id, title, text: message } = page;
  const answer = await sendToTool({
    title: "Grafana IRM",
    about: "page",
    url: `${at.url ?? ""}/api/v1/escalation/`,
    headers: headersOf(at),
    send: { title, message, users: [{ id, important: true }] },
    dispatcher,
  });
  return alertGroup.safeParse(answer).data?.id;
}

/**
 * Resolves an alert group. Grafana documents it for "user authentication only": a service account's token is refused.
 * https://grafana.com/docs/grafana-cloud/alerting-and-irm/irm/reference/oncall-api/alertgroups
 */
export async function closeGrafanaPage(
  at: ReachableSchedule,
  id: string,
  dispatcher: Dispatcher,
): Promise<void> {
  await sendToTool({
    title: "Grafana IRM",
    about: "closing",
    url: `${at.url ?? ""}/api/v1/alert_groups/${encodeURIComponent(id)}/resolve`,
    method: "POST",
    headers: headersOf(at),
    // The person resolved it, or attached it to another group, whose alerts go on.
    isDone: (status, text) =>
      [404, 409].includes(status) || (status === 400 && /resolve an? (?:resolved|attached)/iu.test(text)),
    dispatcher,
  });
}

const headersOf = ({ key, stackUrl }: Pick<ReachableSchedule, "key" | "stackUrl">) => ({
  authorization: key,
  ...(stackUrl === undefined ? {} : { "x-grafana-url": stackUrl }),
});

const dateOf = (day: Date): string => day.toISOString().slice(0, 10);
