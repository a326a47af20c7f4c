// GET /call, as in @vapi-ai/server-sdk 2.0.1.
// - It is an array, newest first like Vapi's other lists (our assumption), that goes on before the `createdAt` of its last
//   item. `createdAtGe` keeps it short.
// - A call carries messages, costs, the customer and more. The schema below drops everything that it does not name.
// - `endedReason` has hundreds of values. What says that something failed counts as failed.
// - A call of an assistant that a server made up for it has no `assistantId`.
import { z } from "zod";
import type { CallLog, CallQuery, CallStatus } from "../../../domain/vendor/call-log.ts";
import { callRecords, callsSince, clockOf, mapNoCalls, timeOf } from "../../call-log.ts";
import type { VendorHttp } from "../../http.ts";
import { parse } from "../../parse.ts";

const title = "Vapi";
const limit = 100;
const text = z.string().nullish();
const call = z.object({
  id: z.string().min(1),
  type: text,
  status: text,
  endedReason: text,
  createdAt: z.string(),
  startedAt: text,
  phoneNumberId: text,
  assistantId: text,
  squadId: text,
  workflowId: text,
});
type Seen = z.output<typeof call>;

/** See `VendorAccount.listCalls`. */
export async function listCalls(http: VendorHttp, query: CallQuery, signal?: AbortSignal): Promise<CallLog> {
  const { number, since } = query;
  return callsSince(query, "newest first", async (createdAtLt) => {
    const asked = { phoneNumberId: number.id, createdAtGe: since.toISOString(), createdAtLt, limit };
    const answer = await mapNoCalls(title, http.getPage("/call", asked, signal));
    const found = parse(title, z.array(z.unknown()), answer.json);
    const last = z.object({ createdAt: z.string() }).safeParse(found.at(-1)).data?.createdAt;
    return {
      records: await callRecords(title, call, found, (seen) => ({
        id: seen.id,
        agentId: agentOf(seen),
        startedAt: timeOf(seen.startedAt ?? seen.createdAt),
        status: statusOf(seen),
        isToNumber: seen.phoneNumberId === number.id && seen.type === "inboundPhoneCall",
      })),
      next: found.length < limit ? undefined : last,
      at: clockOf(answer),
    };
  });
}

/** An agent's id as Patchbay writes it: a squad's calls are answered by its assistants. */
function agentOf({ squadId, workflowId, assistantId }: Seen): string | undefined {
  if (squadId) return `squad:${squadId}`;
  return workflowId ? `workflow:${workflowId}` : (assistantId ?? undefined);
}

function statusOf({ status, endedReason }: Seen): CallStatus {
  if (/error|fault|failed|not-found|not-valid|not-provided/u.test(endedReason ?? "")) return "failed";
  return status === "ended" ? "completed" : "active";
}
