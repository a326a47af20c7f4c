// GET /v1/calls of DialNexa's OpenAPI document of 2026-08. Not documented, ours: an unknown parameter is refused, dates
// are compared to the millisecond, the words for a status beyond those of the examples.
import { pageLimit, wholeNumber, type Account, type Call } from "../fake.ts";
import { hasOthers, isoTime, newestFirst, transcript, type StoredCall } from "./stored-call.ts";

const known = ["to", "from", "call_direction", "start_date", "end_date", "created_at", "page", "limit"];
const statuses = { active: "initiated", completed: "completed", failed: "failed" };

/** The calls that a request lists; undefined if its query is invalid. */
export function dialnexaCalls(call: Call, { calls }: Account): readonly unknown[] | undefined {
  const { query } = call;
  const limit = pageLimit(call, { otherwise: 20, max: 200 });
  const page = wholeNumber(query, "page", { otherwise: 1, min: 1, max: 1_000_000 });
  const direction = query.get("call_direction");
  const order = query.get("created_at") ?? "desc";
  const since = Date.parse(query.get("start_date") ?? "1970-01-01");
  const isValid =
    limit !== undefined &&
    page !== undefined &&
    [null, "inbound", "outbound"].includes(direction) &&
    ["asc", "desc"].includes(order) &&
    !Number.isNaN(since) &&
    !hasOthers(query, known);
  if (!isValid) return undefined;
  const to = query.get("to");
  const found = newestFirst(calls).filter(
    (one) =>
      one.at >= since &&
      (direction === null || one.direction === direction) &&
      (to === null || toOf(one) === to),
  );
  const sorted = order === "asc" ? found.toReversed() : found;
  return sorted.slice((page - 1) * limit, page * limit).map(show);
}

const toOf = ({ direction, e164, caller }: StoredCall): string => (direction === "inbound" ? e164 : caller);

function show(one: StoredCall) {
  const isInbound = one.direction === "inbound";
  return {
    id: one.id,
    agent_id: one.agentId,
    to_number: toOf(one),
    from_number: isInbound ? one.caller : one.e164,
    status: statuses[one.status],
    call_direction: one.direction,
    createdAt: isoTime(one.at),
    duration: 42,
    end_reason: one.status,
    transcript: `User: ${transcript}`,
    summary: transcript,
    recording_url: `https://recordings.dialnexa.example/${one.id}.wav`,
  };
}
