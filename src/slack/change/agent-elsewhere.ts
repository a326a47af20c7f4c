import type { AgentElsewhere } from "../../operations/numbers/agents-elsewhere.ts";
import { cut } from "../block-kit/blocks.ts";

/** The value of the choice that only says that an agent belongs to another connection. */
export const elsewhereValue = "elsewhere";

/** Says where an agent is that the number cannot have, as plain text. */
export function elsewhereText({ agent, connection }: AgentElsewhere, here: string): string {
  return `${cut(agent, 100)} is at ${connection}; this number is at ${here}.`;
}
