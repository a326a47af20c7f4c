import { z } from "zod";
import { reachesConnection, type ApiToken } from "../../domain/access/api-token.ts";
import { Problem } from "../../domain/problem/problem.ts";

/** The ids of a connection and of a number in a path. */
export const keyInPath = z.strictObject({ connection: z.string().max(100), id: z.string().max(300) });

/** Throws not_found for a connection that the token does not reach, as for one that does not exist. */
export function requireReach(token: ApiToken, connectionId: string): void {
  if (!reachesConnection(token, connectionId))
    throw new Problem("not_found", "There is no such connection.", { field: "connection" });
}
