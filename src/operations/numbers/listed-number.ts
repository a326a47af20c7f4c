import { ownValue } from "../../domain/shared/own-value.ts";
import type { ConnectedNumber, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { NumberQuery } from "../shared/number-query.ts";
import type { Context } from "../shared/context.ts";
import type { ConnectedList } from "./connected-lists.ts";
import { liveNumbers } from "./live-numbers.ts";
import type { Unanswered } from "./unread-lists.ts";

/** How old a list may be before its age is shown, in milliseconds. */
export const minute = 60_000;

/** A number in a list, with its connection and the name of its agent, if it has one and that is known. */
export interface ListedNumber extends ConnectedNumber {
  readonly connection: Connection;
  readonly agentName: string | undefined;
  /** Names for the ids of the connection's agents, to distinguish agents with the same name. */
  readonly labels: Readonly<Record<string, string>>;
  /** When it was read, if that is more than a minute ago. */
  readonly asOf?: Date | undefined;
}

/** What a search could not see. A number that fits may be among it. */
export interface NotSeen {
  readonly unanswered: readonly Unanswered[];
  /** The number of records of each connection that could not be read and are missing. */
  readonly unreadable: readonly { readonly connection: Connection; readonly count: number }[];
}

/** A number as lists show it. */
export function listed(
  list: Pick<ConnectedList, "connection" | "labels" | "at" | "ageMs">,
  number: PhoneNumber,
): ListedNumber {
  const { connection, labels } = list;
  return {
    key: { connectionId: connection.id, numberId: number.id },
    number,
    connection,
    agentName: number.agent ? (number.agent.name ?? ownValue(labels, number.agent.id)) : undefined,
    labels,
    asOf: oldRead(list),
  };
}

/** When a list was read, if that is more than a minute ago. */
export const oldRead = ({ at, ageMs }: Pick<ConnectedList, "at" | "ageMs">): Date | undefined =>
  ageMs > minute ? at : undefined;

/** The connection, if its list failed. */
export const unanswered = ({ connection, problem, at }: ConnectedList): NotSeen["unanswered"] =>
  problem ? [{ connection, problem, asOf: at }] : [];

/** The connection, if records of its list could not be read. */
export const unreadable = ({ connection, unreadable: count }: ConnectedList): NotSeen["unreadable"] =>
  count > 0 ? [{ connection, count }] : [];

/** Reads an exact id or a whole number from connections whose lists failed. */
export async function readLive(
  ctx: Context,
  query: NumberQuery,
  silent: readonly Unanswered[],
  signal: AbortSignal,
): Promise<readonly ListedNumber[]> {
  const live = await liveNumbers(
    ctx,
    query,
    silent.map(({ connection }) => connection),
    signal,
  );
  return live.map(({ connection, number }) =>
    listed({ connection, labels: {}, at: undefined, ageMs: 0 }, number),
  );
}
