// https://docs.oneinbox.ai, "Update Phone Number".
// Oddities: a number has an agent of its own and may have one in `inbound_routing`, which wins; `inbound_routing` is
// merged, and a merge without an agent takes over the number's own, so that an override is born by the way.
// Not documented, ours: how numbers are listed, what an unknown agent answers (404), that `inbound_routing` and
// `voicemail_message` refuse null. A deleted agent leaves the number's own field but stays in the override's JSON.
// A null agent is cleared, the override left alone, and shown as null; the quirk `null-agent` has the other two readings.
// The newer generation here is a list of numbers as a bare array. Of the audit events, only the newest of each number.
import {
  assign,
  claimedTotal,
  isRecord,
  matchPath,
  pageLimit,
  seededAt,
  wholeNumber,
  type Account,
  type Call,
  type Reply,
  type VendorFake,
  type Stored,
  type StoredAgent,
} from "./fake.ts";
import { oneinboxSample } from "./samples/oneinbox.ts";
import { mistakesOf, type Mistake } from "./oneinbox-validation.ts";

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** OneInbox. A number's `extra` may hold `changed_by` (`user_id`, `api_key_id`), `inbound_routing`, `provider`, `status` and the trunks' ids. */
export const oneinbox: VendorFake = {
  requiredField: "phone_number",
  sample: oneinboxSample,
  store: ({ id, e164, name, agentId, extra }) => ({
    id,
    phone_number: e164,
    friendly_name: name ?? null,
    provider: "twilio",
    agent_id: agentId ?? null,
    status: "active",
    inbound_trunk_id: null,
    outbound_trunk_id: null,
    dispatch_rule_id: null,
    created_at: seededAt,
    updated_at: seededAt,
    inbound_routing: null,
    ...extra,
  }),
  show: record,
  dashboard: (fields) => fields,
  edited: (name, agentId, shown) => {
    const routing = shown["inbound_routing"];
    // The override would take precedence over the number's own agent, so the dashboard sets both.
    const override =
      typeof routing === "object" && routing !== null ? { ...routing, agent_id: agentId } : routing;
    return {
      ...(name === undefined ? {} : { friendly_name: name }),
      ...(agentId === undefined ? {} : { agent_id: agentId, inbound_routing: override }),
    };
  },
  agentOf: (stored) => routingOf(stored)["agent_id"] ?? stored["agent_id"],
  nameOf: (stored) => stored["friendly_name"],
  forgetAgent: (account, agentId) => {
    account.agents.delete(agentId);
    for (const stored of account.numbers.values()) {
      if (stored["agent_id"] === agentId) assign(account, stored, { agent_id: null });
    }
  },
  answer,
  problem: (_call, status, message) => problem(status, message),
  rateHeaders: () => ({}),
};

const problem = (status: number, detail: string | Mistake[]): Reply => ({ status, body: { detail } });

const routingOf = (stored: Stored): Record<string, unknown> => {
  const routing = stored["inbound_routing"];
  return isRecord(routing) ? routing : {};
};

function answer(call: Call): Reply {
  const { account, method, path } = call;
  if (!account) return problem(401, "Invalid or missing API key");
  const [numberId] = matchPath(path, "/v1/phone-numbers/*") ?? [];
  if (numberId !== undefined) {
    if (method !== "GET" && method !== "PATCH") return problem(405, "Method Not Allowed");
    const stored = account.numbers.get(numberId);
    if (!stored) return missing("phone_id", numberId, "Phone number not found");
    const refusal = method === "PATCH" ? update(call, account, stored) : undefined;
    if (refusal) return refusal;
    return fails(call, stored) ? unshowable : { status: 200, body: record(stored) };
  }
  if (method === "GET" && matchPath(path, "/v1/audit-events")) {
    return cursorPage(call, events(account), pageLimit(call, { otherwise: 20, max: 100 }), (one) => one);
  }
  const [agentId] = matchPath(path, "/v1/agents/*") ?? [];
  const lists = matchPath(path, "/v1/phone-numbers") ? "numbers" : matchPath(path, "/v1/agents") && "agents";
  if (agentId === undefined && !lists) return problem(404, "Not Found");
  if (method !== "GET") return problem(405, "Method Not Allowed");
  if (agentId !== undefined) {
    const agent = account.agents.get(agentId);
    return agent
      ? { status: 200, body: showAgent(agent) }
      : missing("agent_uuid", agentId, "Agent not found");
  }
  if (lists === "agents") return paged(call, [...account.agents.values()], showAgent);
  const numbers = [...account.numbers.values()];
  if (numbers.some((stored) => fails(call, stored))) return unshowable;
  return call.newer ? { status: 200, body: numbers.map(record) } : paged(call, numbers, record);
}

/** A number without who has changed it, which only the audit events show. */
function record({ changed_by: _changedBy, ...rest }: Stored): Record<string, unknown> {
  return rest;
}

/** The newest change of each number, the newest first. */
function events({ numbers }: Account): Record<string, unknown>[] {
  return [...numbers.values()]
    .filter(({ updated_at: at }) => at !== seededAt)
    .map(({ id, updated_at: at, changed_by: by }, index) => ({
      id: `evt_${index}`,
      user_id: null,
      api_key_id: null,
      ...(isRecord(by) ? by : {}),
      action: "phone_number.updated",
      resource_type: "phone_number",
      resource_id: id,
      created_at: at,
    }))
    .toSorted((a, b) => String(b.created_at).localeCompare(String(a.created_at)));
}

/** Whether a number's agent is null and the response cannot show that. */
const fails = ({ nullAgent }: Call, stored: Stored): boolean =>
  nullAgent === "fails" && stored["agent_id"] === null;

const unshowable: Reply = problem(500, "Internal Server Error");

const missing = (parameter: string, id: string, message: string): Reply =>
  uuid.test(id)
    ? problem(404, message)
    : problem(422, [{ loc: ["path", parameter], msg: "Input should be a valid UUID", type: "uuid_parsing" }]);

const showAgent = (agent: StoredAgent) => ({
  id: agent.id,
  name: agent.name,
  created_at: seededAt,
  updated_at: seededAt,
  ...agent.extra,
});

function paged<T>(call: Call, items: T[], showOne: (item: T) => unknown): Reply {
  const limit = pageLimit(call, { otherwise: 20, max: 100 });
  if (call.cursorPages) return cursorPage(call, items, limit, showOne);
  const offset = wholeNumber(call.query, "offset", { otherwise: 0, min: 0, max: 1_000_000 });
  if (limit === undefined || offset === undefined) {
    const [field, rule] =
      limit === undefined ? ["limit", "between 1 and 100"] : ["offset", "greater than or equal to 0"];
    return problem(422, [{ loc: ["query", field], msg: `Input should be ${rule}`, type: "out_of_bounds" }]);
  }
  const start = call.repeatPage ? 0 : offset;
  const total = claimedTotal(call, items.length);
  const shown = items.slice(start, start + limit).map(showOne);
  return { status: 200, body: { items: shown, total, limit, offset } };
}

const byCursor = /^after-(\d{1,9})$/;

/** A page of the newer lists, with a cursor and without a total. */
function cursorPage<T>(
  call: Call,
  items: T[],
  limit: number | undefined,
  showOne: (item: T) => unknown,
): Reply {
  const cursor = call.query.get("cursor");
  const start = cursor === null ? 0 : Number(byCursor.exec(cursor)?.[1]);
  if (limit === undefined || Number.isNaN(start)) {
    return problem(422, [{ loc: ["query", "cursor"], msg: "Input should be a cursor", type: "value_error" }]);
  }
  const next = start + limit;
  const more = next < items.length;
  const shown = items.slice(start, next).map(showOne);
  const body = { items: shown, next_cursor: more ? `after-${next}` : null, has_more: more, limit };
  return { status: 200, body };
}

function update(call: Call, account: Account, stored: Stored): Reply | undefined {
  if ("unreadable" in call.body) {
    const [msg, type] =
      call.body.unreadable === "syntax"
        ? ["JSON decode error", "json_invalid"]
        : ["Input should be a valid dictionary", "model_attributes_type"];
    return problem(422, [{ loc: ["body"], msg, type }]);
  }
  const { json } = call.body;
  const known = (id: string): boolean => account.agents.has(id);
  const mistakes = mistakesOf(json, (id) => known(id) || uuid.test(id));
  if (mistakes.length > 0 || !isRecord(json)) return problem(422, mistakes);
  const routing = isRecord(json["inbound_routing"]) ? json["inbound_routing"] : undefined;
  const fallback = isRecord(routing?.["fallback"]) ? routing["fallback"]["agent_id"] : undefined;
  for (const id of [json["agent_id"], routing?.["agent_id"], fallback]) {
    if (typeof id === "string" && !known(id)) return problem(404, "Agent not found");
  }
  const isKept =
    json["agent_id"] === undefined || (json["agent_id"] === null && call.nullAgent === "ignored");
  const own = isKept ? stored["agent_id"] : json["agent_id"];
  assign(account, stored, {
    ...("friendly_name" in json ? { friendly_name: json["friendly_name"] } : {}),
    agent_id: own,
    changed_by: { api_key_id: "key_of_the_caller" },
    ...(routing ? { inbound_routing: merged(routingOf(stored), routing, own) } : {}),
  });
  return undefined;
}

function merged(
  before: Record<string, unknown>,
  sent: Record<string, unknown>,
  own: unknown,
): Record<string, unknown> {
  const agent = sent["agent_id"] ?? before["agent_id"] ?? own ?? null;
  return {
    fallback: null,
    voicemail_message: null,
    ...before,
    ...(sent["fallback"] === undefined ? {} : { fallback: sent["fallback"] }),
    ...(sent["voicemail_message"] === undefined ? {} : { voicemail_message: sent["voicemail_message"] }),
    agent_id: agent,
  };
}
