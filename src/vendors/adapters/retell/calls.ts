// POST /v3/list-calls, as in retell-sdk 5.66.1.
// - A call that never connected may have no time of its start. It is not counted then.
// - `disconnection_reason` says that the agent failed: `error_…`, or that no call could be taken.
import { z } from "zod";
import type { CallLog, CallQuery, CallStatus } from "../../../domain/vendor/call-log.ts";
import { callRecords, callsSince, clockOf, mapNoCalls } from "../../call-log.ts";
import type { VendorHttp } from "../../http.ts";
import { nextCursor } from "../../pagination.ts";
import { parse } from "../../parse.ts";

const title = "Retell";
const limit = 100;
const text = z.string().nullish();
const page = z.object({
  items: z.array(z.unknown()),
  has_more: z.boolean().nullish(),
  pagination_key: text,
});
const call = z.object({
  call_id: z.string().min(1),
  agent_id: text,
  call_status: text,
  direction: text,
  to_number: text,
  start_timestamp: z.number().nullish(),
  disconnection_reason: text,
});

/** See `VendorAccount.listCalls`. */
export async function listCalls(http: VendorHttp, query: CallQuery, signal?: AbortSignal): Promise<CallLog> {
  const { number, since } = query;
  const filter_criteria = {
    call_type: { type: "enum", op: "in", value: ["phone_call"] },
    direction: { type: "enum", op: "in", value: ["inbound"] },
    to_number: { type: "string", op: "eq", value: number.e164 },
    start_timestamp: { type: "number", op: "ge", value: since.getTime() },
  };
  return callsSince(query, "oldest first", async (pagination_key) => {
    const asked = { filter_criteria, sort_order: "ascending", limit, pagination_key };
    const answer = await mapNoCalls(title, http.getPageByPost("/v3/list-calls", {}, asked, signal));
    const { items, has_more, pagination_key: next } = parse(title, page, answer.json);
    return {
      records: await callRecords(title, call, items, (seen) => ({
        id: seen.call_id,
        agentId: seen.agent_id ?? undefined,
        startedAt: seen.start_timestamp ? new Date(seen.start_timestamp) : undefined,
        status: statusOf(seen),
        isToNumber: seen.to_number === number.e164 && seen.direction === "inbound",
      })),
      next: nextCursor(title, next, has_more),
      at: clockOf(answer),
    };
  });
}

const failures = /^(error_|concurrency_limit_reached|no_concurrency_fallback|no_valid_payment)/u;

function statusOf({ call_status: status, disconnection_reason: reason }: z.output<typeof call>): CallStatus {
  if (status === "error" || status === "not_connected" || failures.test(reason ?? "")) return "failed";
  return status === "ended" ? "completed" : "active";
}
