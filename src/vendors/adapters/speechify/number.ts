import { z } from "zod";
import type { PhoneNumber } from "../../../domain/numbers/phone-number.ts";
import { factsOf, timeMsOf, type FactWords } from "../../facts.ts";
import { textOrNone } from "../../parse.ts";

const text = z.string().nullish();

/** A number as Speechify shows it, in either generation of its API. */
export const numberSchema = z.object({
  id: z.string().min(1),
  e164: z.string().min(1),
  label: text,
  agent_id: text,
  source: text,
  type: text,
  // A list that is not as documented says nothing.
  capabilities: z.array(z.string()).nullish().catch(undefined),
  // Its content does not matter, only that there is a relay.
  relay: z.unknown().optional(),
  brain_id: z.unknown().optional(),
  trunk_id: z.unknown().optional(),
  livekit_phone_number_id: z.unknown().optional(),
  created_at: z.unknown().optional(),
  updated_at: z.unknown().optional(),
});

type Seen = z.output<typeof numberSchema>;

const sources: FactWords = {
  twilio_purchased: "Twilio, through Speechify",
  telnyx_purchased: "Telnyx, through Speechify",
  byoc: "your own carrier",
  verified_caller_id: "verified caller ID",
};

/** A number that was read alone, with its facts. */
export function wholeNumberFrom(seen: Seen): PhoneNumber {
  const { source, type, capabilities, trunk_id: trunk, livekit_phone_number_id: livekit } = seen;
  const [createdAt, updatedAt] = [seen.created_at, seen.updated_at];
  const offered = { source: source ?? type, capabilities, trunk: trunk ?? livekit, createdAt, updatedAt };
  const facts = factsOf(offered, sources);
  return { ...numberFrom(seen), facts };
}

export function numberFrom(seen: Seen): PhoneNumber {
  return {
    id: seen.id,
    e164: seen.e164,
    name: textOrNone(seen.label) ?? null,
    ...whoAnswers(seen),
    fields: {},
    isNewerApi: isNewer(seen) || undefined,
    unbindable: unbindableReason(seen),
    updatedAtMs: timeMsOf(seen.updated_at),
  };
}

const isNewer = ({ source, type }: Seen): boolean => type !== undefined && source === undefined;

/** A number has an agent, a relay or a brain. In the newer API, only nulls for all of them mean that nobody answers. */
function whoAnswers(seen: Seen): Pick<PhoneNumber, "agent" | "answeredBy"> {
  const { agent_id: agentId, relay, brain_id: brain } = seen;
  if (agentId) return { agent: { id: agentId } };
  if ((relay ?? undefined) !== undefined) return { agent: undefined, answeredBy: "a relay" };
  if ((brain ?? undefined) !== undefined) return { agent: undefined, answeredBy: "a brain of your own" };
  const saysNone = relay === null && brain === null;
  return { agent: isNewer(seen) && !saysNone ? undefined : null };
}

function unbindableReason({ source, type, capabilities }: Seen): string | undefined {
  if ((source ?? type) === "verified_caller_id") return "it is a verified caller ID, which only makes calls";
  return capabilities && !capabilities.includes("inbound") ? "it only makes calls" : undefined;
}
