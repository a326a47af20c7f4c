// GET /v1/convai/conversations and /v1/convai/conversations/{id}, as in @elevenlabs/elevenlabs-js 2.73.0. The list does not
// say which number was called. Not documented, ours: an unknown parameter is refused.
import type { Account, Call, Stored } from "../fake.ts";
import { hasOthers, newestFirst, transcript, type StoredCall } from "./stored-call.ts";

const known = [
  "agent_id",
  "call_start_after_unix",
  "call_start_before_unix",
  "sort_direction",
  "page_size",
  "cursor",
];

const seconds = (at: number): number => Math.floor(at / 1000);

/** The conversations that match a query, in its order; undefined if the query is invalid. */
export function conversationsIn({ query }: Call, { calls }: Account): readonly StoredCall[] | undefined {
  const order = query.get("sort_direction") ?? "desc";
  if (hasOthers(query, known) || !["asc", "desc"].includes(order)) return undefined;
  const agentId = query.get("agent_id");
  const since = Number(query.get("call_start_after_unix") ?? 0);
  const found = newestFirst(calls).filter(
    (one) => (agentId === null || one.agentId === agentId) && seconds(one.at) >= since,
  );
  return order === "asc" ? found.toReversed() : found;
}

const statuses = { active: "in-progress", completed: "done", failed: "failed" };

export const conversationSummary = (one: StoredCall): Stored => ({
  agent_id: one.agentId,
  agent_name: null,
  conversation_id: one.id,
  start_time_unix_secs: seconds(one.at),
  call_duration_secs: one.status === "active" ? 0 : 60,
  message_count: 4,
  status: statuses[one.status],
  call_successful: one.status === "failed" ? "failure" : "success",
  transcript_summary: transcript,
  call_summary_title: transcript,
  conversation_initiation_source: "twilio",
  direction: one.direction,
});

/** A conversation that is read alone. */
export const wholeConversation = (one: StoredCall): Stored => ({
  agent_id: one.agentId,
  conversation_id: one.id,
  status: statuses[one.status],
  metadata: {
    start_time_unix_secs: seconds(one.at),
    call_duration_secs: one.status === "active" ? 0 : 60,
    phone_call: {
      type: "twilio",
      direction: one.direction,
      phone_number_id: one.numberId,
      agent_number: one.e164,
      external_number: one.caller,
      stream_sid: "MZ1",
      call_sid: "CA1",
    },
  },
  has_audio: true,
  has_user_audio: true,
  has_response_audio: true,
  has_auxiliary_audio: false,
  transcript: [{ role: "user", message: transcript, time_in_call_secs: 1 }],
});
