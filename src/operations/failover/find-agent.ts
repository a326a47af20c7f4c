import type { Agent } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { matchAgent } from "../numbers/list-agents.ts";
import { openConnection, type Context } from "../shared/context.ts";

/** The agent with that name or id in one of the connections. Throws invalid_input and not_found, field `agent`. */
export async function findAgent(
  ctx: Context,
  typed: string,
  connectionIds: readonly string[],
): Promise<Agent> {
  const text = typed.trim();
  if (text === "") throw new Problem("invalid_input", "Say which agent: its name or id.", { field: "agent" });
  const near: Agent[] = [];
  for (const connectionId of new Set(connectionIds)) {
    const match = await matchAgent(await openConnection(ctx, connectionId), text);
    if (match.kind === "one") return match.agent;
    if (match.kind === "several")
      throw new Problem("invalid_input", `More than one agent is called “${text}”. Say which by its id.`, {
        field: "agent",
      });
    near.push(...match.nearest);
  }
  const nearest = near.slice(0, 3).map(({ name }) => name);
  const where = new Set(connectionIds).size === 1 ? "this connection" : "these connections";
  throw new Problem("not_found", `No agent of ${where} is called “${text}”.`, { field: "agent", nearest });
}
