import { z } from "zod";
import type { AgentRef, PhoneNumber } from "../../../domain/numbers/phone-number.ts";
import { factsOf, timeMsOf } from "../../facts.ts";
import { textOrNone } from "../../parse.ts";

const overrideNote =
  "This number has a routing override, which a detach does not clear: at most its own agent goes, and calls are answered as before. Reassign it to an agent that is safe for callers.";

const detachNote =
  "OneInbox does not say what a detach does, and may keep the agent. It is safer to reassign the number to an agent that is safe for callers.";

const text = z.string().nullish();

const routingSchema = z.object({
  agent_id: text,
  fallback: z.object({ agent_id: text }).nullish(),
  voicemail_message: text,
});

/** A number as OneInbox shows it. */
export const numberSchema = z.object({
  id: z.string().min(1),
  phone_number: z.string().min(1),
  friendly_name: text,
  agent_id: text,
  inbound_routing: routingSchema.nullish(),
  status: text,
  provider: z.unknown().optional(),
  inbound_trunk_id: z.unknown().optional(),
  outbound_trunk_id: z.unknown().optional(),
  created_at: z.unknown().optional(),
  updated_at: z.unknown().optional(),
});

type Seen = z.output<typeof numberSchema>;

/** A number that was read alone, with its facts. */
export function wholeNumberFrom(seen: Seen): PhoneNumber {
  const facts = factsOf({
    source: seen.provider,
    status: seen.status,
    trunk: seen.inbound_trunk_id ?? seen.outbound_trunk_id,
    createdAt: seen.created_at,
    updatedAt: seen.updated_at,
  });
  return { ...numberFrom(seen), facts };
}

export function numberFrom(seen: Seen): PhoneNumber {
  const { inbound_routing: routing } = seen;
  const own = refOf(textOrNone(seen.agent_id));
  const override = routing === undefined ? undefined : refOf(textOrNone(routing?.agent_id ?? null));
  const said = <T>(value: T): T | null | undefined => (routing === undefined ? undefined : (value ?? null));
  return {
    id: seen.id,
    e164: seen.phone_number,
    name: textOrNone(seen.friendly_name),
    agent: override ?? own,
    ownAgent: own,
    override,
    fields: {
      fallback: said(routing?.fallback?.agent_id || null),
      voicemail_message: said(routing?.voicemail_message || null),
    },
    detachNote: override ? overrideNote : own ? detachNote : undefined,
    status: seen.status ?? undefined,
    updatedAtMs: timeMsOf(seen.updated_at),
  };
}

const refOf = (id: string | null | undefined): AgentRef | null | undefined =>
  id === undefined ? undefined : id === null ? null : { id };
