// GET /agents/calls, as in @cartesia/cartesia-js 4.2.0.
// - It lists the calls of one agent, newest first. `expand=transcript` is never sent.
// - Its comments call `telephony_params.from` the number of the agent, and `to` that of the caller, which can be so only
//   for outgoing calls. The number is looked for in both, so an outgoing call of the number counts too.
import { z } from "zod";
import type { CallLog, CallQuery, CallStatus } from "../../../domain/vendor/call-log.ts";
import { callRecords, callsSince, clockOf, joinedLogs, mapNoCalls, timeOf } from "../../call-log.ts";
import type { VendorHttp } from "../../http.ts";
import { parse } from "../../parse.ts";

const title = "Cartesia";
const limit = 100;
const text = z.string().nullish();
const page = z.object({ data: z.array(z.unknown()), has_more: z.boolean().nullish() });
const call = z.object({
  id: z.string().min(1),
  agent_id: z.string(),
  status: text,
  start_time: text,
  telephony_params: z.object({ from: text, to: text }).nullish(),
});

const statuses: ReadonlyMap<string, CallStatus> = new Map<string, CallStatus>([
  ["active", "active"],
  ["failed", "failed"],
]);

/** See `VendorAccount.listCalls`. */
export async function listCalls(http: VendorHttp, query: CallQuery, signal?: AbortSignal): Promise<CallLog> {
  const ofAgent = async (agent_id: string): Promise<CallLog> =>
    callsSince(query, "newest first", async (starting_after) => {
      const asked = { agent_id, limit, starting_after };
      const answer = await mapNoCalls(title, http.getPage("/agents/calls", asked, signal));
      const { data, has_more } = parse(title, page, answer.json);
      const records = await callRecords(title, call, data, (seen) => ({
        id: seen.id,
        agentId: seen.agent_id,
        startedAt: timeOf(seen.start_time),
        status: statuses.get(seen.status ?? "") ?? "completed",
        isToNumber: [seen.telephony_params?.from, seen.telephony_params?.to].includes(query.number.e164),
      }));
      return { records, next: has_more === false ? undefined : records.at(-1)?.id, at: clockOf(answer) };
    });
  const logs: CallLog[] = [];
  for (const agentId of query.agentIds) logs.push(await ofAgent(agentId));
  return joinedLogs(logs);
}
