import { troubledConnections, type TroubledConnection } from "../../operations/troubled-connections.ts";
import { bold, slackDate } from "../block-kit.ts";
import type { Desk } from "../desk.ts";

/** That a connection keeps failing, since when, and what is done about it, in mrkdwn. */
export function troubleText({ connection, trouble }: TroubledConnection): string {
  const { since, until } = trouble;
  return `:electric_plug: ${bold(connection.name)} has not answered for its lists since ${slackDate(since)}; they are asked for less often, next after ${slackDate(until)}. Changes you type are still tried.`;
}

/** The same of all connections that are in trouble, or of one, a line each; empty while all is well. */
export async function troubleLines(at: Desk, connectionId?: string): Promise<readonly string[]> {
  return (await troubledConnections(at.ctx, connectionId)).map(troubleText);
}
