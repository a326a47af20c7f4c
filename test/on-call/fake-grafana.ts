import { z } from "zod";
import { startFakeTool, type FakeAnswer, type FakeRequest, type FakeTool } from "./fake-tool.ts";

export const grafanaKey = "glsa_demo_grafana_token_77";
/** The key of a person, which needs no address of a stack. */
export const personalKey = "5a1b_demo_oncall_api_key";
export const stackUrl = "https://demo.grafana.net";
export const voiceSchedule = "SBM7DV7BKFUYU";

/** A shift of the schedule. */
export interface FakeShift {
  readonly user: string;
  readonly start: string;
  readonly end: string;
}

/** A fake of the API of Grafana IRM. */
export interface FakeGrafana extends FakeTool {
  shifts: readonly FakeShift[];
  pageSize: number;
  /** The people who were paged, and the alert groups of that. */
  readonly escalations: string[];
  readonly groups: Map<string, "firing" | "resolved">;
}

const escalation = z.strictObject({
  title: z.string().min(1),
  message: z.string(),
  users: z.tuple([z.strictObject({ id: z.string(), important: z.boolean() })]),
});

const isDate = (text: string | null): text is string => text !== null && /^\d{4}-\d\d-\d\d$/u.test(text);

/**
 * Grafana's documents: the token is all of `Authorization`, a service account's needs `X-Grafana-URL`; `final_shifts` needs both
 * dates, gives whole days, and pages of 50 whose `next` is an address. Alert groups are resolved with "user authentication only".
 */
export async function startGrafana(): Promise<FakeGrafana> {
  const answer = ({ method, url, headers, body }: FakeRequest): FakeAnswer => {
    const isServiceAccount = headers.authorization === grafanaKey && headers["x-grafana-url"] === stackUrl;
    if (!isServiceAccount && headers.authorization !== personalKey)
      return { status: 403, body: { detail: "Invalid token." } };
    const group = /^\/api\/v1\/alert_groups\/(?<id>\w+)\/resolve$/u.exec(url.pathname)?.groups?.["id"];
    if (method === "POST" && group !== undefined) {
      if (isServiceAccount)
        return { status: 403, body: { detail: "Service accounts are not allowed to resolve alert groups" } };
      const state = fake.groups.get(group);
      if (state === undefined) return { status: 404, body: { detail: "Not found." } };
      if (state === "resolved")
        return { status: 400, body: { detail: "Can't resolve a resolved alert group" } };
      fake.groups.set(group, "resolved");
      return { status: 200, body: "" };
    }
    if (method === "POST" && url.pathname === "/api/v1/escalation/") {
      const read = escalation.safeParse(JSON.parse(body));
      if (!read.success || headers["content-type"] !== "application/json")
        return { status: 400, body: { users: ["Invalid"] } };
      fake.escalations.push(read.data.users[0].id);
      const id = `IZHCC4GTNPZ9${fake.groups.size}`;
      fake.groups.set(id, "firing");
      return { status: 200, body: { id, alerts_count: 1, state: "firing" } };
    }
    if (url.pathname !== `/api/v1/schedules/${voiceSchedule}/final_shifts`)
      return { status: 404, body: { detail: "Not found." } };
    const [from, to] = [url.searchParams.get("start_date"), url.searchParams.get("end_date")];
    if (!isDate(from) || !isDate(to) || to < from) return { status: 400, body: { end_date: ["Invalid"] } };
    const page = Number(url.searchParams.get("page") ?? 1);
    const found = fake.shifts.filter(
      ({ start, end }) => start.slice(0, 10) <= to && end.slice(0, 10) >= from,
    );
    const shown = found.slice((page - 1) * fake.pageSize, page * fake.pageSize);
    if (shown.length === 0 && page > 1) return { status: 404, body: { detail: "Invalid page." } };
    const isLast = page * fake.pageSize >= found.length;
    const listed = {
      count: found.length,
      // A client that follows it takes the key elsewhere.
      next: isLast ? null : "http://127.0.0.1:1/elsewhere",
      previous: null,
      results: shown.map(({ user, start, end }) => ({
        user_pk: user,
        user_email: `${user.toLowerCase()}@example.com`,
        user_username: user.toLowerCase(),
        shift_start: start,
        shift_end: end,
      })),
      current_page_number: page,
      page_size: fake.pageSize,
      total_pages: Math.ceil(found.length / fake.pageSize),
    };
    return { status: 200, body: listed };
  };
  const started = await startFakeTool(answer);
  const fake = Object.assign(started, {
    shifts: [] as readonly FakeShift[],
    pageSize: 50,
    escalations: new Array<string>(),
    groups: new Map<string, "firing" | "resolved">(),
  });
  return fake;
}
