// GET /v1/calls of DialNexa's OpenAPI document of 2026-08.
// - The document says that it answers with an array; its other newer lists are objects. Both are read.
// - Of a call, the document describes the id alone. The other fields are those of its examples. Its words for the status
//   are not listed: what says "fail" or "error" counts as failed, and what is not over yet as active.
import { z } from "zod";
import type { CallLog, CallQuery, CallStatus } from "../../../domain/vendor/call-log.ts";
import { callRecords, callsSince, clockOf, mapNoCalls, timeOf } from "../../call-log.ts";
import type { VendorHttp } from "../../http.ts";
import { parse } from "../../parse.ts";
import { title } from "./lists.ts";

const limit = 200;
const text = z.string().nullish();
const records = z.array(z.unknown());
const page = z.union([
  records,
  z.object({ items: records }).transform(({ items }) => items),
  z.object({ data: records }).transform(({ data }) => data),
]);
const call = z.object({
  id: z.string().min(1),
  agent_id: text,
  to_number: text,
  call_direction: text,
  status: text,
  createdAt: text,
});

/** See `VendorAccount.listCalls`. */
export async function listCalls(http: VendorHttp, query: CallQuery, signal?: AbortSignal): Promise<CallLog> {
  const { number, since } = query;
  const asked = {
    to: number.e164,
    call_direction: "inbound",
    start_date: since.toISOString(),
    created_at: "asc",
    limit,
  };
  return callsSince(query, "oldest first", async (cursor) => {
    const at = Number(cursor ?? 1);
    const answer = await mapNoCalls(title, http.getPage("/v1/calls", { ...asked, page: at }, signal));
    const found = parse(title, page, answer.json);
    return {
      records: await callRecords(title, call, found, (seen) => ({
        id: seen.id,
        agentId: seen.agent_id ?? undefined,
        startedAt: timeOf(seen.createdAt),
        status: statusOf(seen.status),
        isToNumber: seen.to_number === number.e164 && seen.call_direction !== "outbound",
      })),
      next: found.length < limit ? undefined : at + 1,
      at: clockOf(answer),
    };
  });
}

function statusOf(status: string | null | undefined): CallStatus {
  if (/fail|error/iu.test(status ?? "")) return "failed";
  return /complete|ended|done/iu.test(status ?? "") ? "completed" : "active";
}
