import type { Demand } from "../../domain/failover/demand.ts";
import type { Rule } from "../../domain/failover/rules.ts";
import { sameScope } from "../../domain/numbers/scope.ts";
import { parseDuration } from "../../domain/shared/duration.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { findTarget, targetScope } from "../restrictions/target.ts";
import type { Context } from "../shared/context.ts";
import { findAgent } from "./find-agent.ts";

/** A new rule as a person describes it. */
export interface NewRule {
  readonly title: string;
  readonly kind: Rule["demand"]["kind"];
  /** `3`, or `10%` for `at_most`, or `5m` for `wait`. */
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
  if (kind === "wait") return { kind, ms: waitOf(wanted.count) };
  if (kind === "canary_first") return { kind, atMost: countOf(wanted.count, 1) };
  if (kind === "keep_agent") return { kind, atLeast: countOf(wanted.count, 1) };
  const { id: agentId, name: agentName } = await findAgent(
    ctx,
    wanted.agent ?? "",
    scopes.map(({ connectionId }) => connectionId),
  );
  if (kind === "stay_on") return { kind, atLeast: countOf(wanted.count, 1), agentId, agentName };
  const [, percent] = /^(\d{1,3})\s*%$/u.exec(wanted.count.trim()) ?? [];
  if (percent === undefined)
    return { kind, atMost: { numbers: countOf(wanted.count, 0) }, agentId, agentName };
  if (Number(percent) > 100) throw countFault("A percentage is at most 100%.");
  return { kind, atMost: { percent: Number(percent) }, agentId, agentName };
}

/** The longest wait that a rule may demand, in milliseconds: a day. */
const longestWaitMs = 86_400_000;

function waitOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms <= longestWaitMs) return ms;
  throw countFault("Write a time of at most a day, such as 5m.");
}

function countOf(text: string, least: number): number {
  const count = /^\d{1,5}$/u.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  if (count >= least) return count;
  throw countFault(`Write a whole number of at least ${least}, such as 3.`);
}

function countFault(words: string): Problem {
  return new Problem("invalid_input", words, { field: "count" });
}
