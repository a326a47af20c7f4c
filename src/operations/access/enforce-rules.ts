import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { overridable } from "../../domain/failover/run-rules.ts";
import {
  isTouchedBy,
  evaluateRule,
  type Blocker,
  type Effect,
  type Rule,
} from "../../domain/failover/rules.ts";
import type { ClosedGate } from "../../domain/failover/rule-store.ts";
import { agentKey, type Change } from "../../domain/numbers/change.ts";
import { keyText, type NumberKey, type PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Lease } from "../../domain/shared/lease.ts";
import { isSameActor, roleIsEnough, type Actor } from "../../domain/shared/actor.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { mayHaveTakenEffect } from "../../domain/changes/change-record.ts";
import type { Context } from "../shared/context.ts";
import { rulesLock } from "../shared/locks.ts";
import { factsFor, readFacts, type ReadFacts } from "./rule-facts.ts";

/** What was read for the rules that a change touches, before it is decided and recorded. */
export interface RuleCheck {
  readonly effects: readonly Effect[];
  readonly facts: ReadFacts;
  /** Whether the person may override rules, if they have. */
  readonly mayOverride: boolean;
  /** Decides and records, one change at a time among those that touch a rule: each sees the records before it. */
  exclusively<Result>(decide: (...leases: readonly Lease[]) => Promise<Result>): Promise<Result>;
}

/** Reads what the rules need, which may take requests to vendors. Throws not_allowed if the rules cannot be read. */
export async function prepareRuleCheck(
  ctx: Context,
  effects: readonly Effect[],
  read?: StoredRules,
): Promise<RuleCheck> {
  const { rules, overridden } = read ?? (await readRules(ctx));
  const isTouched = rules.some((rule) => effects.some((effect) => isTouchedBy(rule, effect)));
  return {
    effects,
    facts: await readFacts(ctx, rules, effects),
    mayOverride: overridden.size > 0 && (await mayOverrideRules(ctx)),
    exclusively: async (decide) => (isTouched ? ctx.locks.withLock(rulesLock(ctx), decide) : decide()),
  };
}

/**
 * Requires that the rules and the gate allow a change now, and returns the details of its entries if the person has
 * overridden rules. `find` finds what does not allow it. Throws ruled_out with all rules that do not allow it, and not_allowed if they cannot be read.
 */
export async function enforceRules(
  ctx: Context,
  check: RuleCheck,
  find = findBlockers,
): Promise<ChangeDetails> {
  const blockers = await find(ctx, check);
  if (blockers.length === 0) return {};
  const { overridden } = await readRules(ctx);
  const left = blockers.filter(({ rule }) => !check.mayOverride || !overridden.has(rule.id));
  if (left.length > 0) throw ruledOut(left);
  return { breakGlass: "yes", overrode: blockers.map(({ rule }) => rule.id).join(",") };
}

/** All rules that do not allow these effects. Throws ruled_out if automation is off and the actor is no person. */
export async function findBlockers(ctx: Context, check: RuleCheck): Promise<readonly Blocker[]> {
  const { rules, gate } = await readRules(ctx);
  if (gate && isAutomation(ctx.actor))
    throw new Problem(
      "ruled_out",
      `Automation is off, so only people change numbers now. Why: ${gate.reason}`,
      { why: gate.reason },
    );
  return agentBlockers(ctx, rules, check);
}

/** Whether no person acts at this moment: background work, and programs with a token, also a person's. */
function isAutomation({ kind }: Actor): boolean {
  return kind === "system" || kind === "token";
}

/** Those of these rules that do not allow effects on who answers numbers. */
export async function agentBlockers(
  ctx: Context,
  rules: readonly Rule[],
  { effects, facts }: Pick<RuleCheck, "effects" | "facts">,
): Promise<readonly Blocker[]> {
  const touched = rules.filter((rule) => effects.some((effect) => isTouchedBy(rule, effect)));
  if (touched.length === 0) return [];
  const pending = await pendingAgents(ctx, facts.readAt);
  return touched.flatMap(
    (rule) => evaluateRule(rule, factsFor(rule, effects, facts, pending), effects) ?? [],
  );
}

/** What a change makes of the agent of a number; none if it leaves the agent as it is. */
export function effectsOf(key: NumberKey, change: Change, { agent }: PhoneNumber): readonly Effect[] {
  const before = agent ? agent.id : agent;
  if (change.kind === "detach") return [{ key, before, after: null }];
  const after = change.kind === "rename" ? undefined : change.agentId;
  return after === undefined ? [] : [{ key, before, after }];
}

/** Whether a person may override rules: admins, and operators where the workspace allows break-glass. */
export async function mayOverrideRules(ctx: Context): Promise<boolean> {
  const { role } = await ctx.authorizer.permissions(ctx.actor);
  if (roleIsEnough(role, "admin")) return true;
  return (
    roleIsEnough(role, "operator") && (await ctx.workspace.settings.read()).protection?.breakGlass === true
  );
}

/** The rules and the gate of a workspace, and the rules that the actor has overridden. */
export interface StoredRules {
  readonly rules: readonly Rule[];
  readonly gate: ClosedGate | undefined;
  readonly overridden: ReadonlySet<string>;
}

/** Throws not_allowed if they cannot be read, so that no rule counts as absent. */
export async function readRules(ctx: Context): Promise<StoredRules> {
  const { rules: stored } = ctx.workspace;
  try {
    const [rules, overrides, gate] = await Promise.all([
      stored.list(),
      stored.overrides(ctx.now()),
      stored.closedGate(),
    ]);
    const own = overrides.filter(({ by }) => isSameActor(by, ctx.actor));
    return { rules, gate, overridden: new Set(own.map(({ ruleId }) => ruleId)) };
  } catch (error) {
    ctx.log.error({ requestId: ctx.requestId, err: error }, "rules not read");
    const words = "Patchbay cannot read the rules for this number, so it changes nothing. See /number rules.";
    throw new Problem("not_allowed", words, {}, error);
  }
}

function ruledOut(blockers: readonly Blocker[]): Problem {
  const each = blockers.map(({ rule, why }) => `“${rule.title}”: ${why}.`).join(" ");
  const words =
    blockers.length === 1 ? "A rule does not allow this." : `${blockers.length} rules do not allow this.`;
  return new Problem("ruled_out", `${words} ${each}`, {
    rules: overridable(blockers).map(({ rule: { id, title } }) => ({ id, title })),
  });
}

/** Clocks of several servers differ by less than this, in milliseconds. */
const clockSlackMs = 60_000;

/**
 * The agents that numbers may have because of their newest changes, which a vendor may not have shown when it was read:
 * those without a known outcome, and those requested since.
 */
async function pendingAgents(
  ctx: Context,
  readAt: Date,
): Promise<ReadonlyMap<string, string | null | undefined>> {
  const { audit } = ctx.workspace;
  const since = new Date(readAt.getTime() - clockSlackMs).toISOString();
  const [unsettled, recent] = await Promise.all([audit.unsettled(), audit.changes({ since, limit: 1_000 })]);
  const newest = new Map<string, ChangeRecord>();
  for (const record of [...unsettled, ...recent]) {
    const { number, wanted = {}, sequence } = record.requested;
    if (!number || !Object.hasOwn(wanted, agentKey) || !mayHaveTakenEffect(record)) continue;
    const earlier = newest.get(keyText(number));
    if (!earlier || earlier.requested.sequence < sequence) newest.set(keyText(number), record);
  }
  return new Map(
    [...newest].map(([key, { requested }]) => [key, ownValue(requested.wanted ?? {}, agentKey)]),
  );
}
