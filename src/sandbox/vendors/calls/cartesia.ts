// GET /agents/calls, as in @cartesia/cartesia-js 4.2.0. Not documented, ours: which side of an incoming call is `from`
// (its comments say the agent's number, as for an outgoing call), and that a page says `has_more`.
import { pageLimit, type Account, type Call } from "../fake.ts";
import { endOf, hasOthers, isoTime, newestFirst, transcript, type StoredCall } from "./stored-call.ts";

const known = ["agent_id", "limit", "starting_after", "ending_before", "expand"];

/** A page of the calls of an agent, or what is wrong with the query. */
export function cartesiaCalls(call: Call, account: Account): Readonly<Record<string, unknown>> | string {
  const { query } = call;
  const agentId = query.get("agent_id");
  const limit = pageLimit(call, { otherwise: 10, max: 100 });
  if (agentId === null) return "agent_id is required";
  if (limit === undefined) return "limit must be between 1 and 100";
  if (hasOthers(query, known)) return "unknown parameter";
  const ofAgent = newestFirst(account.calls).filter((one) => one.agentId === agentId);
  const after = query.get("starting_after");
  const start = after === null ? 0 : ofAgent.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) return "the cursor names no call";
  const page = ofAgent.slice(start, start + limit);
  const expanded = query.get("expand") === "transcript";
  return { data: page.map((one) => show(one, expanded)), has_more: start + limit < ofAgent.length };
}

function show(one: StoredCall, isExpanded: boolean) {
  const end = endOf(one);
  return {
    id: one.id,
    agent_id: one.agentId,
    status: one.status,
    deployment_id: "deployment_1",
    start_time: isoTime(one.at),
    end_time: end === undefined ? null : isoTime(end),
    error_message: one.status === "failed" ? "the agent's code ended" : null,
    summary: transcript,
    telephony_params: { from: one.e164, to: one.caller },
    transcript: isExpanded
      ? [{ role: "user", text: transcript, start_timestamp: 1, end_timestamp: 2 }]
      : null,
  };
}
