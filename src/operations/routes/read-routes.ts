import type { Connection } from "../../domain/connections/connections.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { agentNamesIn } from "../numbers/list-agents.ts";
import { namedConnection } from "../shared/named-connection.ts";
import { openConnection, timeLimit, type Context, type OpenConnection } from "../shared/context.ts";
import { snapshot } from "../../domain/numbers/change.ts";

/** How long the list of a connection may take, in milliseconds. */
const listMs = 60_000;

/** A number as its vendor shows it now. */
export interface ReadRoute {
  readonly connection: Connection;
  readonly number: PhoneNumber;
  /** Names for the ids of agents. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * All numbers of a workspace, or of one connection, read live and in a stable order. For anyone who may see numbers.
 * Throws not_allowed, not_found for an unknown connection, and what a vendor's list throws: a part of the numbers would
 * look like all of them.
 */
export async function readRoutes(ctx: Context, connection: string | undefined): Promise<ReadRoute[]> {
  await requireRoleAudited(ctx, "viewer", "see numbers");
  const connections = await chosenConnections(ctx, connection);
  const read = await Promise.all(
    connections.map(async (one): Promise<ReadRoute[]> => {
      const open = await openConnection(ctx, one.id);
      const numbers = await listLive(open);
      const labels = await agentNamesIn(open, ...numbers.map(snapshot));
      return numbers.map((number) => ({ connection: one, number, labels }));
    }),
  );
  return read.flat().toSorted((a, b) => compareTexts(orderOf(a), orderOf(b)));
}

/** All numbers of a connection, read now. Throws what the vendor's list throws, with the name of the connection. */
export async function listLive({ account, connection }: OpenConnection): Promise<readonly PhoneNumber[]> {
  try {
    return await account.listNumbers(timeLimit(listMs), 0);
  } catch (error) {
    if (!isProblem(error)) throw error;
    throw new Problem(error.code, `${connection.name}: ${error.message}`, error.details, error);
  }
}

async function chosenConnections(ctx: Context, text: string | undefined): Promise<readonly Connection[]> {
  const all = await ctx.workspace.connections.list();
  if (text === undefined) return all;
  const named = namedConnection(all, text);
  if (named) return [named];
  throw new Problem("not_found", `There is no connection “${text}”.`, { field: "connection" });
}

const orderOf = ({ connection, number }: ReadRoute): string =>
  JSON.stringify([connection.name, connection.id, number.e164, number.id]);

const compareTexts = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
