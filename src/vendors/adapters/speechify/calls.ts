// GET /v1/agents/conversations, as in the clients that are generated from Speechify's OpenAPI document.
// - It lists the conversations of the whole workspace, newest first, with `next_cursor` and `has_more`. The longest page
//   is not published: 100 is our assumption.
// - `started_at` is null until the caller has joined. `created_at` is always there, so that counts.
// - An inbound call over the workspace's limit of calls at once is refused with `over_capacity`: nobody reached an agent.
import { z } from "zod";
import type { CallLog, CallQuery, CallStatus } from "../../../domain/vendor/call-log.ts";
import { callRecords, callsSince, clockOf, mapNoCalls, timeOf } from "../../call-log.ts";
import type { VendorHttp } from "../../http.ts";
import { nextCursor } from "../../pagination.ts";
import { parse } from "../../parse.ts";

const title = "Speechify";
const limit = 100;
const text = z.string().nullish();
const page = z.object({
  conversations: z.array(z.unknown()),
  next_cursor: text,
  has_more: z.boolean().nullish(),
});
const conversation = z.object({
  id: z.string().min(1),
  agent_id: z.string(),
  status: text,
  transport: text,
  created_at: z.string(),
  to_number: text,
  end_reason: text,
});

/** See `VendorAccount.listCalls`. */
export async function listCalls(http: VendorHttp, query: CallQuery, signal?: AbortSignal): Promise<CallLog> {
  return callsSince(query, "newest first", async (cursor) => {
    const asking = http.getPage("/v1/agents/conversations", { cursor, limit }, signal);
    const answer = await mapNoCalls(title, asking);
    const { conversations, next_cursor, has_more } = parse(title, page, answer.json);
    return {
      records: await callRecords(title, conversation, conversations, (seen) => ({
        id: seen.id,
        agentId: seen.agent_id,
        startedAt: timeOf(seen.created_at),
        status: statusOf(seen),
        isToNumber: seen.to_number === query.number.e164 && seen.transport !== "sip_outbound",
      })),
      next: nextCursor(title, next_cursor, has_more),
      at: clockOf(answer),
    };
  });
}

function statusOf({ status, end_reason }: z.output<typeof conversation>): CallStatus {
  if (status === "failed" || end_reason === "over_capacity") return "failed";
  return status === "completed" ? "completed" : "active";
}
