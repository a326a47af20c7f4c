// GET /v1/agents/conversations, as in the clients that are generated from Speechify's OpenAPI document. Not documented,
// ours: the longest page.
import type { Account } from "../fake.ts";
import { endOf, isoTime, newestFirst, transcript, type StoredCall } from "./stored-call.ts";

/** The conversations of the workspace as they are shown, newest first. */
export const speechifyConversations = ({ calls }: Account): readonly unknown[] =>
  newestFirst(calls).map(show);

function show(one: StoredCall) {
  const isInbound = one.direction === "inbound";
  const end = endOf(one);
  return {
    id: one.id,
    agent_id: one.agentId,
    room_name: isInbound ? `sip_${one.e164}_x7Qa` : one.id,
    room_sid: "RM_fake",
    status: one.status,
    transport: isInbound ? "sip_inbound" : "sip_outbound",
    created_at: isoTime(one.at),
    started_at: one.status === "failed" ? null : isoTime(one.at + 900),
    ended_at: end === undefined ? null : isoTime(end),
    duration_ms: end === undefined ? null : end - one.at,
    cost_cents: 3,
    recording_url: `https://recordings.speechify.example/${one.id}.ogg`,
    end_reason: end === undefined ? null : "caller_hangup",
    metadata: { note: transcript },
    caller_identity: `sip_${one.caller}`,
    from_number: isInbound ? one.caller : one.e164,
    to_number: isInbound ? one.e164 : one.caller,
    message_count: 4,
  };
}
