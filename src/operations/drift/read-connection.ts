import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { timeLimit, type OpenConnection } from "../shared/context.ts";

/** The time limit of a list that nobody waits for, in milliseconds. */
const patientMs = 60_000;

/** The most numbers to read one by one in a check. */
const mostSingleReads = 50;

/** Reads all numbers, or one by one those with these ids if the API has no list. */
export async function readNumbers(
  { account }: OpenConnection,
  numberIds: Iterable<string>,
  budget: AbortSignal,
): Promise<readonly PhoneNumber[]> {
  try {
    return await account.listNumbers(patience(budget), 0);
  } catch (error) {
    if (!isProblem(error, "unsupported")) throw error;
  }
  const numbers: PhoneNumber[] = [];
  for (const numberId of [...numberIds].slice(0, mostSingleReads)) {
    try {
      numbers.push(await account.getNumber(numberId, budget));
    } catch (error) {
      if (!isProblem(error, "not_found")) throw error;
    }
  }
  return numbers;
}

/** The agents by id, or undefined if they cannot be read. */
export async function readAgents(
  { account }: OpenConnection,
  budget: AbortSignal,
): Promise<ReadonlyMap<string, Agent> | undefined> {
  try {
    const agents = await account.listAgents(patience(budget));
    return new Map(agents.map((agent) => [agent.id, agent]));
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

const patience = (budget: AbortSignal): AbortSignal => timeLimit(patientMs, budget);

/** Whether an agent exists after all: a list may omit what a single read finds. */
export async function agentExists(
  { account }: OpenConnection,
  agentId: string,
  budget: AbortSignal,
): Promise<boolean> {
  try {
    return (await account.getAgent(agentId, budget)).unbindable === undefined;
  } catch (error) {
    if (isProblem(error, "not_found")) return false;
    throw error;
  }
}
