import { z } from "zod";
import { startFakeTool, type FakeAnswer, type FakeRequest, type FakeTool } from "./fake-tool.ts";

export const pagerDutyKey = "u+demo_pagerduty_key_1f0c";
export const voicePrimary = "PI7DH85";

const incidentBody = z.strictObject({
  incident: z.strictObject({
    type: z.literal("incident"),
    title: z.string().min(1),
    urgency: z.enum(["high", "low"]),
    incident_key: z.string().max(255),
    service: z.strictObject({ id: z.string(), type: z.literal("service_reference") }),
    assignments: z.tuple([
      z.strictObject({ assignee: z.strictObject({ id: z.string(), type: z.literal("user_reference") }) }),
    ]),
    body: z.strictObject({ type: z.literal("incident_body"), details: z.string() }),
  }),
});

const incidentUpdate = z.strictObject({
  incident: z.strictObject({
    type: z.enum(["incident", "incident_reference"]),
    status: z.enum(["acknowledged", "resolved"]),
  }),
});

/** A time on call by an escalation policy. */
export interface FakeOnCall {
  readonly user: string;
  readonly schedule?: string;
  readonly level?: number;
  readonly start?: string | null;
  readonly end?: string | null;
}

/** An incident that was opened. */
export interface FakeIncident {
  readonly id: string;
  status: "triggered" | "acknowledged" | "resolved";
  readonly key: string;
  readonly assignee: string;
  readonly title: string;
  readonly details: string;
}

/** A fake of PagerDuty's REST API v2. */
export interface FakePagerDuty extends FakeTool {
  onCalls: readonly FakeOnCall[];
  readonly incidents: FakeIncident[];
}

export const voiceService = "PIJ90N7";
export const pagingUser = "voice-oncall@example.com";

const names: Readonly<Record<string, string>> = {
  PXPGF42: "Omar Haddad",
  PEYSGVF: "Mia Lang",
  PAAAAA1: "Abe",
};

/**
 * PagerDuty's documents: the version in `Accept` and `Authorization: Token token=…` are needed; `/oncalls` gives at most 100
 * entries at once, with `more`, and what touches `since` to `until`; an entry for each escalation policy that a schedule is in.
 */
export async function startPagerDuty(): Promise<FakePagerDuty> {
  const answer = (request: FakeRequest): FakeAnswer => {
    const { url, headers } = request;
    if (headers.authorization !== `Token token=${pagerDutyKey}`) return { status: 401, body: "" };
    if (headers.accept !== "application/vnd.pagerduty+json;version=2")
      return failure(406, "Unknown version in the Accept header");
    if (request.method === "POST" && url.pathname === "/incidents") return opened(request, fake.incidents);
    if (request.method === "PUT") return updated(request, fake.incidents);
    if (request.method !== "GET") return failure(404, "Not Found");
    if (url.pathname === "/incidents") return incidentsAnswer(fake.incidents, url.searchParams);
    if (url.pathname === "/oncalls") return onCallsAnswer(fake.onCalls, url.searchParams);
    if (url.pathname === `/services/${voiceService}`)
      return { status: 200, body: { service: { id: voiceService, type: "service", name: "Voice" } } };
    const id = /^\/schedules\/(?<id>\w+)$/u.exec(url.pathname)?.groups?.["id"];
    if (id === voicePrimary) return { status: 200, body: { schedule: { id, users: usersOf(fake.onCalls) } } };
    return failure(404, "Not Found");
  };
  const started = await startFakeTool(answer);
  const fake = Object.assign(started, {
    onCalls: [] as readonly FakeOnCall[],
    incidents: new Array<FakeIncident>(),
  });
  return fake;
}

/** An open incident of the service with the same key is refused, and `From` has to be a user of the account. */
function opened({ headers, body }: FakeRequest, incidents: FakeIncident[]): FakeAnswer {
  if (headers.from !== pagingUser) return failure(400, "Requester User Not Found");
  if (headers["content-type"] !== "application/json") return failure(400, "Invalid Input Provided");
  const read = incidentBody.safeParse(JSON.parse(body));
  if (!read.success || read.data.incident.service.id !== voiceService)
    return failure(400, "Invalid Input Provided");
  const { incident_key: key, title, assignments, body: text } = read.data.incident;
  if (incidents.some((one) => one.key === key && one.status !== "resolved"))
    return failure(400, "Open incident with matching dedup key already exists on this service");
  const id = `Q2ZI9LD7NLPPX${incidents.length}`;
  const status = "triggered";
  incidents.push({ id, status, key, title, assignee: assignments[0].assignee.id, details: text.details });
  return { status: 201, body: { incident: { id, type: "incident", status, incident_key: key } } };
}

/** `From` is needed here too. A resolved incident cannot be changed any more. */
function updated({ url, headers, body }: FakeRequest, incidents: readonly FakeIncident[]): FakeAnswer {
  if (headers.from !== pagingUser) return failure(400, "Requester User Not Found");
  if (headers["content-type"] !== "application/json") return failure(400, "Invalid Input Provided");
  const incident = incidents.find(({ id }) => url.pathname === `/incidents/${id}`);
  if (!incident) return failure(404, "Not Found");
  const read = incidentUpdate.safeParse(JSON.parse(body));
  if (!read.success) return failure(400, "Invalid Input Provided");
  if (incident.status === "resolved") return failure(400, "Incident Already Resolved");
  incident.status = read.data.incident.status;
  const { id, status } = incident;
  return { status: 200, body: { incident: { id, type: "incident", status } } };
}

function incidentsAnswer(incidents: readonly FakeIncident[], query: URLSearchParams): FakeAnswer {
  const [key, statuses] = [query.get("incident_key"), query.getAll("statuses[]")];
  const found = incidents.filter(
    (one) => (key === null || one.key === key) && (statuses.length === 0 || statuses.includes(one.status)),
  );
  const listed = found.map(({ id, status, key: incidentKey }) => ({ id, status, incident_key: incidentKey }));
  return { status: 200, body: { incidents: listed, limit: 25, offset: 0, more: false, total: null } };
}

function onCallsAnswer(all: readonly FakeOnCall[], query: URLSearchParams): FakeAnswer {
  const [limit, offset] = [Number(query.get("limit") ?? 25), Number(query.get("offset") ?? 0)];
  const [since, until] = [query.get("since"), query.get("until")];
  if (limit > 100 || since === null || until === null || !(Date.parse(until) > Date.parse(since)))
    return failure(400, "Invalid Input Provided");
  const wanted = query.getAll("schedule_ids[]");
  const found = all.filter(
    ({ schedule = voicePrimary, start, end }) =>
      wanted.includes(schedule) &&
      (!start || Date.parse(start) < Date.parse(until)) &&
      (!end || Date.parse(end) > Date.parse(since)),
  );
  const oncalls = found
    .slice(offset, offset + limit)
    .map(({ user, schedule = voicePrimary, level = 1, start, end }) => ({
      escalation_policy: { id: "PT20YPA", type: "escalation_policy_reference", summary: "Voice" },
      escalation_level: level,
      schedule: { id: schedule, type: "schedule_reference", summary: "Voice primary" },
      user: { id: user, type: "user_reference", summary: names[user] ?? user },
      start: start ?? null,
      end: end ?? null,
    }));
  return { status: 200, body: { oncalls, limit, offset, more: offset + limit < found.length, total: null } };
}

function usersOf(all: readonly FakeOnCall[]) {
  const ids = [...new Set([...Object.keys(names).slice(0, 2), ...all.map(({ user }) => user)])];
  return ids.map((id) => ({ id, type: "user_reference", summary: names[id] ?? id }));
}

function failure(status: number, text: string): FakeAnswer {
  return { status, body: { error: { message: text, code: 2001, errors: [text] } } };
}
