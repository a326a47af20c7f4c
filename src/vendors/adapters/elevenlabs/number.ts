import { z } from "zod";
import { agentsIn, agentsText } from "../../../domain/numbers/answering-agents.ts";
import type { AgentRef, PhoneNumber } from "../../../domain/numbers/phone-number.ts";
import type { PatchBody } from "../../../domain/vendor/vendor-account.ts";
import { factsOf } from "../../facts.ts";
import { textOrNone } from "../../parse.ts";

const text = z.string().nullish();

/** A number as ElevenLabs shows it. */
export const numberSchema = z.object({
  phone_number_id: z.string().min(1),
  phone_number: z.string().min(1),
  label: text,
  supports_inbound: z.boolean().nullish(),
  supports_outbound: z.unknown().optional(),
  provider: z.unknown().optional(),
  assigned_agent: z
    .object({ agent_id: z.string().min(1), agent_name: text, environment: text, branch_id: text })
    .nullish(),
});

type Seen = z.output<typeof numberSchema>;

/** A number that was read alone, with its facts. */
export function wholeNumberFrom(seen: Seen): PhoneNumber {
  const { supports_inbound: inbound, supports_outbound: outbound, provider: source } = seen;
  const takes = [...(inbound === true ? ["inbound"] : []), ...(outbound === true ? ["outbound"] : [])];
  return { ...numberFrom(seen), facts: factsOf({ source, capabilities: takes }) };
}

export function numberFrom(seen: Seen): PhoneNumber {
  const { assigned_agent: assigned } = seen;
  return {
    id: seen.phone_number_id,
    e164: seen.phone_number,
    name: textOrNone(seen.label),
    agent: assigned ? agentRef(assigned) : assigned,
    // A number without an agent does not show its environment.
    fields: { environment: assigned ? textOrNone(assigned.environment) : undefined },
    unbindable: seen.supports_inbound === false ? "it only makes calls" : undefined,
  };
}

function agentRef(assigned: NonNullable<Seen["assigned_agent"]>): AgentRef {
  const version = textOrNone(assigned.branch_id) ?? undefined;
  const id = agentsText([{ id: assigned.agent_id, version, share: 1 }]);
  return { id, name: textOrNone(assigned.agent_name) ?? undefined };
}

/** The agent with its branch. A number that shows no agent may still hold a branch, so that is taken away too. */
export function assignment(wanted: string, { agent }: PhoneNumber): PatchBody {
  const [{ id: agent_id, version: branch_id } = { id: wanted }] = agentsIn(wanted);
  if (branch_id !== undefined) return { agent_id, branch_id };
  const hasNoBranch = agent && agentsIn(agent.id).every(({ version }) => version === undefined);
  return hasNoBranch ? { agent_id } : { agent_id, branch_id: null };
}
