import { normalizeName } from "../../domain/text/normalize-name.ts";
import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Context, OpenConnection } from "../shared/context.ts";

/** How long the lookup may delay a person, in milliseconds. */
const lookupMs = 2000;

/**
 * The agent to offer instead of a detach: the only one of the connection with the name or the id in the settings.
 * Undefined without such an agent, if it answers the number already or cannot, or if the agents cannot be read.
 */
export async function holdingAgentFor(
  { workspace }: Context,
  { account }: OpenConnection,
  { agent, unbindable }: PhoneNumber,
): Promise<Agent | undefined> {
  const { holdingAgent } = await workspace.settings.read();
  if (holdingAgent === undefined || unbindable !== undefined) return undefined;
  const wanted = normalizeName(holdingAgent);
  try {
    const agents = await account.listAgents(AbortSignal.timeout(lookupMs));
    const [found, ...others] = agents.filter(
      (one) => !one.unbindable && (one.id === holdingAgent || normalizeName(one.name) === wanted),
    );
    return others.length === 0 && found?.id !== agent?.id ? found : undefined;
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}
