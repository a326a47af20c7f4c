import { z } from "zod";
import type { PhoneNumber } from "../../../domain/numbers/phone-number.ts";
import { factsOf, timeMsOf, type FactWords } from "../../facts.ts";
import { textOrNone } from "../../parse.ts";

const text = z.string().nullish();

const detachNote = "Without an agent, the number still places calls: Cartesia calls it outbound only.";

/** A number as Cartesia shows it. */
export const numberSchema = z.object({
  id: z.string().min(1),
  number: z.string().min(1),
  label: text,
  agent: z.object({ id: z.string().min(1), name: text }).nullish(),
  // Neither the account nor the key of the provider is read.
  provider: z.object({ id: text, type: z.unknown().optional(), region: z.unknown().optional() }).nullish(),
  created_at: z.unknown().optional(),
  updated_at: z.unknown().optional(),
});

type Seen = z.output<typeof numberSchema>;

const sources: FactWords = {
  "twilio us1": "Twilio (US)",
  "twilio ie1": "Twilio (Ireland)",
  "twilio au1": "Twilio (Australia)",
  cartesia: "Cartesia",
};

/** A number that was read alone, with its facts. */
export function wholeNumberFrom(seen: Seen): PhoneNumber {
  const { type, region } = seen.provider ?? {};
  const source = typeof type === "string" && typeof region === "string" ? `${type} ${region}` : type;
  const facts = factsOf({ source, createdAt: seen.created_at, updatedAt: seen.updated_at }, sources);
  return { ...numberFrom(seen), facts };
}

export function numberFrom(seen: Seen): PhoneNumber {
  const { agent, provider } = seen;
  return {
    id: seen.id,
    e164: seen.number,
    name: textOrNone(seen.label),
    agent: agent ? { id: agent.id, name: textOrNone(agent.name) ?? undefined } : agent,
    detachNote: agent ? detachNote : undefined,
    updatedAtMs: timeMsOf(seen.updated_at),
    fields: { provider: provider === undefined ? undefined : (provider?.id ?? null) },
  };
}
