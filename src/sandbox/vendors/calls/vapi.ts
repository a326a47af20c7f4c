// GET /call, as in @vapi-ai/server-sdk 2.0.1. Not documented, ours: newest first, as Vapi's other lists; an unknown
// parameter is refused.
import type { Account, Call, Stored } from "../fake.ts";
import { endOf, hasOthers, isoTime, newestFirst, transcript, type StoredCall } from "./stored-call.ts";

const bounds = ["createdAtGt", "createdAtLt", "createdAtGe", "createdAtLe"];
const known = ["id", "assistantId", "phoneNumberId", "limit", ...bounds];

/** The calls that match a query, newest first; undefined if it has an unknown parameter. */
export function vapiCalls({ query }: Call, { calls }: Account, orgId: string): readonly Stored[] | undefined {
  if (hasOthers(query, known)) return undefined;
  const since = Date.parse(query.get("createdAtGe") ?? "1970-01-01");
  const numberId = query.get("phoneNumberId");
  const assistantId = query.get("assistantId");
  return newestFirst(calls)
    .filter((one) => (numberId === null || one.numberId === numberId) && !(one.at < since))
    .filter((one) => assistantId === null || one.agentId === assistantId)
    .map((one) => show(one, orgId));
}

function show(one: StoredCall, orgId: string): Stored {
  const end = endOf(one);
  return {
    id: one.id,
    orgId,
    type: one.direction === "inbound" ? "inboundPhoneCall" : "outboundPhoneCall",
    phoneCallProvider: "twilio",
    status: one.status === "active" ? "in-progress" : "ended",
    ...(end === undefined ? {} : { endedAt: isoTime(end), endedReason: reasons[one.status] }),
    createdAt: isoTime(one.at),
    updatedAt: isoTime(end ?? one.at),
    startedAt: isoTime(one.at),
    phoneNumberId: one.numberId,
    ...answerer(one.agentId),
    customer: { number: one.caller },
    messages: [{ role: "user", message: transcript, time: one.at, endTime: one.at, secondsFromStart: 1 }],
    artifact: { transcript, recordingUrl: `https://recordings.vapi.example/${one.id}.wav` },
    cost: 0.04,
  };
}

const reasons = { active: undefined, completed: "customer-ended-call", failed: "assistant-not-found" };

function answerer(agentId: string | null): Stored {
  if (agentId === null) return {};
  if (agentId.startsWith("squad:")) return { squadId: agentId.slice("squad:".length) };
  if (agentId.startsWith("workflow:")) return { workflowId: agentId.slice("workflow:".length) };
  return { assistantId: agentId };
}
