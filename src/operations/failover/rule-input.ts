import type { Demand, Rule } from "../../domain/failover/rules.ts";
import type { Agent } from "../../domain/numbers/phone-number.ts";
import { sameScope } from "../../domain/numbers/scope.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { matchAgent } from "../numbers/list-agents.ts";
import { findTarget, targetScope } from "../restrictions/target.ts";
import { openConnection, type Context } from "../shared/context.ts";

/** A new rule as a person describes it. */
export interface NewRule {
  readonly title: string;
  readonly kind: Rule["demand"]["kind"];
  /** `3`, or `10%` for `at_most`. */
  readonly count: string;
  /** The name or id of an agent, for the kinds that have one. */
  readonly agent: string | undefined;
  /** A number or a connection in each line. */
  readonly numbers: string;
}

const mostLines = 100;

/** The numbers and connections that a text names, one in each line. Throws invalid_input and not_found. */
export async function findScopes(ctx: Context, text: string): Promise<Rule["scopes"]> {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (lines.length === 0 || lines.length > mostLines)
    throw new Problem(
      "invalid_input",
      `Name between 1 and ${mostLines} numbers or connections, one in each line.`,
      {
        field: "numbers",
      },
    );
  const scopes: Rule["scopes"] = [];
  for (const line of lines) {
    const { connectionId, numberId } = targetScope(await findTarget(ctx, line));
    if (connectionId === undefined) {
      const all = await ctx.workspace.connections.list();
      scopes.push(...all.map(({ id }) => ({ connectionId: id })));
    } else scopes.push({ connectionId, ...(numberId === undefined ? {} : { numberId }) });
  }
  return scopes.filter((one, index) => scopes.findIndex((other) => sameScope(one, other)) === index);
}

/** What the rule demands. Throws invalid_input and not_found. */
export async function findDemand(ctx: Context, wanted: NewRule, scopes: Rule["scopes"]): Promise<Demand> {
  const { kind } = wanted;
  if (kind === "keep_agent") return { kind, atLeast: countOf(wanted.count, 1) };
  const { id: agentId, name: agentName } = await findAgent(ctx, wanted.agent?.trim() ?? "", scopes);
  if (kind === "stay_on") return { kind, atLeast: countOf(wanted.count, 1), agentId, agentName };
  const [, percent] = /^(\d{1,3})\s*%$/u.exec(wanted.count.trim()) ?? [];
  if (percent === undefined)
    return { kind, atMost: { numbers: countOf(wanted.count, 0) }, agentId, agentName };
  if (Number(percent) > 100) throw countFault("A percentage is at most 100%.");
  return { kind, atMost: { percent: Number(percent) }, agentId, agentName };
}

function countOf(text: string, least: number): number {
  const count = /^\d{1,5}$/u.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  if (count >= least) return count;
  throw countFault(`Write a whole number of at least ${least}, such as 3.`);
}

function countFault(words: string): Problem {
  return new Problem("invalid_input", words, { field: "count" });
}

/** The agent with that name or id, in one of the connections of the rule. */
async function findAgent(ctx: Context, text: string, scopes: Rule["scopes"]): Promise<Agent> {
  if (text === "") throw new Problem("invalid_input", "Say which agent: its name or id.", { field: "agent" });
  const near: Agent[] = [];
  for (const connectionId of new Set(scopes.map((one) => one.connectionId))) {
    const match = await matchAgent(await openConnection(ctx, connectionId), text);
    if (match.kind === "one") return match.agent;
    if (match.kind === "several")
      throw new Problem("invalid_input", `More than one agent is called “${text}”. Say which by its id.`, {
        field: "agent",
      });
    near.push(...match.nearest);
  }
  const nearest = near.slice(0, 3).map(({ name }) => name);
  throw new Problem("not_found", `No agent of these connections is called “${text}”.`, {
    field: "agent",
    nearest,
  });
}
