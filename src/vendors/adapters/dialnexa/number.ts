import { z } from "zod";
import type { PhoneNumber } from "../../../domain/numbers/phone-number.ts";
import { factsOf } from "../../facts.ts";
import { textOrNone } from "../../parse.ts";

const text = z.string().nullish();

/** A number as DialNexa shows it, in each of its formats. */
export const numberSchema = z.object({
  id: z.string().min(1),
  phone_number: z.string().min(1),
  nickname: text,
  label: text,
  agent_id: text,
  inbound_agent_id: text,
  status: text,
  provider: z.unknown().optional(),
  type: z.unknown().optional(),
  capabilities: z.unknown().optional(),
  country_code: z.unknown().optional(),
  monthly_cost_usd: z.unknown().optional(),
  created_at: z.unknown().optional(),
});

type Seen = z.output<typeof numberSchema>;

/** Why no agent is changed in the newer API (ADR 49), as part of a sentence. */
export const unprovable =
  "DialNexa's newer API does not show who answers a number, so Patchbay could not tell whether a change took effect and sends none";

const cost = /^\d{1,6}(?:[.]\d{1,4})?$/u;

/** A number that was read alone, with its facts. */
export function wholeNumberFrom(seen: Seen): PhoneNumber {
  const facts = factsOf({
    source: seen.provider,
    type: seen.type,
    capabilities: seen.capabilities,
    country: seen.country_code,
    monthlyCost: cost.test(String(seen.monthly_cost_usd)) ? `$${String(seen.monthly_cost_usd)}` : undefined,
    status: seen.status,
    createdAt: seen.created_at,
  });
  return { ...numberFrom(seen), facts };
}

export function numberFrom(seen: Seen): PhoneNumber {
  const agentId = textOrNone(seen.agent_id) ?? textOrNone(seen.inbound_agent_id);
  const said = seen.agent_id !== undefined || seen.inbound_agent_id !== undefined;
  // Both older formats show when the number was created.
  const isNewer = !said && seen.label === undefined && seen.created_at === undefined;
  return {
    id: seen.id,
    e164: seen.phone_number,
    name: textOrNone(seen.nickname),
    agent: agentId ? { id: agentId } : said ? null : undefined,
    fields: { label: textOrNone(seen.label) },
    isNewerApi: isNewer || undefined,
    status: seen.status ?? undefined,
    unbindable: isNewer ? unprovable : undefined,
  };
}
