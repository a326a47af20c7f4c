import { z } from "zod";
import { agentsText } from "../../../domain/numbers/answering-agents.ts";
import type { AgentRef, PhoneNumber } from "../../../domain/numbers/phone-number.ts";
import { factsOf, timeMsOf, type FactWords } from "../../facts.ts";
import { textOrNone } from "../../parse.ts";

const text = z.string().nullish();
const version = z.union([z.int(), z.string()]).nullish();

/** A number as Retell shows it. `inbound_agent_id` is the single agent of earlier answers. */
export const numberSchema = z.object({
  phone_number: z.string().min(1),
  nickname: text,
  inbound_agents: z
    .array(z.object({ agent_id: z.string().min(1), agent_version: version, weight: z.number() }))
    .nullish(),
  inbound_agent_id: text,
  inbound_agent_version: version,
  inbound_webhook_url: text,
  fallback_number: text,
  phone_number_type: z.unknown().optional(),
  last_modification_timestamp: z.unknown().optional(),
});

type Seen = z.output<typeof numberSchema>;

const sources: FactWords = {
  "retell-twilio": "Twilio, through Retell",
  "retell-telnyx": "Telnyx, through Retell",
  custom: "your own carrier",
};

/** A number that was read alone, with its facts. */
export function wholeNumberFrom(seen: Seen): PhoneNumber {
  const { phone_number_type: source, last_modification_timestamp: updatedAt } = seen;
  const facts = factsOf({ source, updatedAt }, sources);
  return { ...numberFrom(seen), facts };
}

export function numberFrom(seen: Seen): PhoneNumber {
  const url = textOrNone(seen.inbound_webhook_url);
  return {
    id: seen.phone_number,
    e164: seen.phone_number,
    name: textOrNone(seen.nickname) ?? null,
    agent: answering(seen),
    chooser: url ? `the webhook${atHost(url)}` : undefined,
    fields: { fallback_number: textOrNone(seen.fallback_number) ?? null },
    updatedAtMs: timeMsOf(seen.last_modification_timestamp),
  };
}

function answering({ inbound_agents: agents, inbound_agent_id: former, ...seen }: Seen): AgentRef | null {
  const alone = former ? [{ agent_id: former, agent_version: seen.inbound_agent_version, weight: 1 }] : [];
  const shown = agents && agents.length > 0 ? agents : alone;
  const shares = shown.map(({ agent_id: id, agent_version, weight: share }) => ({
    id,
    version: agent_version ?? undefined,
    share,
  }));
  return shares.length === 0 ? null : { id: agentsText(shares) };
}

/** The host of a URL. Its path and query may hold a secret. */
const atHost = (url: string): string => (URL.canParse(url) ? ` at ${new URL(url).host.slice(0, 80)}` : "");
