// GET /v1/convai/conversations and /v1/convai/conversations/{id}, as in @elevenlabs/elevenlabs-js 2.73.0.
// - The list says which agent answered and when, but not which number was called. Only the single conversation does, in
//   `metadata.phone_call`. It carries the transcript too: the schema below drops everything that it does not name.
// - So each call is read once: the number of a conversation does not change.
import { z } from "zod";
import type { CallLog, CallQuery, CallStatus } from "../../../domain/vendor/call-log.ts";
import { callRecords, callsSince, clockOf, joinedLogs, mapNoCalls, type CallRecord } from "../../call-log.ts";
import type { VendorHttp } from "../../http.ts";
import { nextCursor } from "../../pagination.ts";
import { parse } from "../../parse.ts";
import { pathWith } from "../../url-path.ts";

const title = "ElevenLabs";
const path = "/v1/convai/conversations";
const page_size = 100;
/** How many conversations are read alone in one look, and how many numbers are remembered. */
const mostAlone = 20;
const mostKnown = 1000;

const text = z.string().nullish();
const page = z.object({
  conversations: z.array(z.unknown()),
  next_cursor: text,
  has_more: z.boolean().nullish(),
});
const summary = z.object({
  conversation_id: z.string().min(1),
  agent_id: z.string(),
  start_time_unix_secs: z.number(),
  status: text,
  direction: text,
});
const whole = z.object({
  metadata: z.object({ phone_call: z.object({ phone_number_id: text, direction: text }).nullish() }),
});

const statuses: ReadonlyMap<string, CallStatus> = new Map<string, CallStatus>([
  ["initiated", "active"],
  ["in-progress", "active"],
  ["failed", "failed"],
]);

/** Creates `VendorAccount.listCalls` for one account. */
export function callLister(http: VendorHttp) {
  /** The number that a conversation was for, by its id; null if it was no incoming call. */
  const calledNumbers = new Map<string, string | null>();
  const calledNumber = async (id: string, signal: AbortSignal | undefined): Promise<string | null> => {
    const known = calledNumbers.get(id);
    if (known !== undefined) return known;
    const { json } = await mapNoCalls(title, http.getPage(pathWith(`${path}/{id}`, id), {}, signal));
    const { phone_call: call } = parse(title, whole, json).metadata;
    const number = call?.direction === "inbound" ? (call.phone_number_id ?? null) : null;
    if (calledNumbers.size >= mostKnown) calledNumbers.clear();
    calledNumbers.set(id, number);
    return number;
  };
  return async (query: CallQuery, signal?: AbortSignal): Promise<CallLog> => {
    let alone = 0;
    const ofAgent = async (agent_id: string): Promise<CallLog> =>
      callsSince(query, "oldest first", async (cursor) => {
        const call_start_after_unix = Math.floor(query.since.getTime() / 1000);
        const asked = { agent_id, call_start_after_unix, sort_direction: "asc", page_size, cursor };
        const answer = await mapNoCalls(title, http.getPage(path, asked, signal));
        const { conversations, next_cursor, has_more } = parse(title, page, answer.json);
        const listed = await callRecords(title, summary, conversations, (seen) => ({
          id: seen.conversation_id,
          agentId: seen.agent_id,
          startedAt: new Date(seen.start_time_unix_secs * 1000),
          status: statuses.get(seen.status ?? "") ?? "completed",
          isToNumber: seen.direction !== "outbound",
        }));
        const records: CallRecord[] = [];
        for (const record of listed) {
          if (!record.isToNumber || (!calledNumbers.has(record.id) && alone >= mostAlone)) continue;
          if (!calledNumbers.has(record.id)) alone += 1;
          const isToNumber = (await calledNumber(record.id, signal)) === query.number.id;
          records.push({ ...record, isToNumber });
        }
        const next = alone >= mostAlone ? undefined : nextCursor(title, next_cursor, has_more);
        return { records, next, at: clockOf(answer) };
      });
    const logs: CallLog[] = [];
    for (const agentId of query.agentIds) logs.push(await ofAgent(agentId));
    const log = joinedLogs(logs);
    return { ...log, isPartial: log.isPartial || alone >= mostAlone };
  };
}
