// POST /v3/list-calls, as in retell-sdk 5.66.1. Of its filters, those that the adapter uses are understood, and any other
// is refused. Not documented, ours: that an item has no key for what is not known yet.
import { isRecord, type Account, type Call } from "../fake.ts";
import { endOf, newestFirst, transcript, type StoredCall } from "./stored-call.ts";

type Filter = (one: StoredCall, value: unknown) => boolean;

const isOneOf = (value: unknown, text: string): boolean => Array.isArray(value) && value.includes(text);

/** Each filter's type and operator, and which calls it lets through. */
const filters: Readonly<Record<string, readonly [type: string, op: string, lets: Filter]>> = {
  call_type: ["enum", "in", (_one, value) => isOneOf(value, "phone_call")],
  direction: ["enum", "in", (one, value) => isOneOf(value, one.direction)],
  to_number: ["string", "eq", (one, value) => toOf(one) === value],
  start_timestamp: ["number", "ge", (one, value) => typeof value === "number" && one.at >= value],
};

const known = new Set(["filter_criteria", "sort_order", "limit", "pagination_key", "skip", "include_total"]);

/** A page of calls, or undefined if the body is not as documented. */
export function retellCalls(call: Call, account: Account): Readonly<Record<string, unknown>> | undefined {
  const json = "json" in call.body ? call.body.json : undefined;
  if (!isRecord(json) || Object.keys(json).some((name) => !known.has(name))) return undefined;
  const { filter_criteria: criteria = {}, sort_order = "descending", limit = 50, pagination_key: key } = json;
  if (!isRecord(criteria) || typeof limit !== "number" || limit < 1 || limit > 1000) return undefined;
  if (sort_order !== "ascending" && sort_order !== "descending") return undefined;
  let found = newestFirst(account.calls);
  for (const [name, filter] of Object.entries(criteria)) {
    const [type, op, lets] = (Object.hasOwn(filters, name) ? filters[name] : undefined) ?? [];
    if (!lets || !isRecord(filter) || filter["type"] !== type || filter["op"] !== op) return undefined;
    found = found.filter((one) => lets(one, filter["value"]));
  }
  const sorted = sort_order === "ascending" ? found.toReversed() : found;
  const start = key === undefined ? 0 : sorted.findIndex(({ id }) => id === key) + 1;
  if (key !== undefined && start === 0) return undefined;
  const size = Math.min(limit, call.pageCap ?? limit);
  const page = sorted.slice(start, start + size);
  const has_more = start + size < sorted.length;
  return { items: page.map(show), has_more, ...(has_more ? { pagination_key: page.at(-1)?.id } : {}) };
}

const toOf = ({ direction, e164, caller }: StoredCall): string => (direction === "inbound" ? e164 : caller);

function show(one: StoredCall) {
  const isInbound = one.direction === "inbound";
  const end = endOf(one);
  return {
    call_id: one.id,
    call_type: "phone_call",
    agent_id: one.agentId,
    agent_version: 0,
    call_status: { active: "ongoing", completed: "ended", failed: "error" }[one.status],
    direction: one.direction,
    from_number: isInbound ? one.caller : one.e164,
    to_number: toOf(one),
    start_timestamp: one.at,
    ...(end === undefined ? {} : { end_timestamp: end, duration_ms: end - one.at }),
    ...(one.status === "active"
      ? {}
      : { disconnection_reason: one.status === "failed" ? "error_llm_websocket_open" : "user_hangup" }),
    call_analysis: { call_summary: transcript },
    recording_url: `https://recordings.retell.example/${one.id}.wav`,
  };
}
