import { keyText } from "../../domain/numbers/phone-number.ts";
import { coversNumber, hasLapsed, type PlanCover } from "../../domain/failover/plan-approval.ts";
import { membersOf, type SavedPlan } from "../../domain/failover/plan.ts";
import type { Drill, PlanProblem, Readiness } from "../../domain/failover/readiness.ts";
import { waitBlockers } from "../../domain/failover/run-rules.ts";
import { standingOf, type PlanStanding } from "../../domain/failover/standing.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { roleIsEnough } from "../../domain/shared/actor.ts";
import { mayOperate } from "../access/permissions.ts";
import { planCover } from "../access/plan-cover.ts";
import { previewPolicy } from "../access/policy.ts";
import { readRules, type StoredRules } from "../access/enforce-rules.ts";
import type { Context } from "../shared/context.ts";
import { runFacts } from "./run-blockers.ts";

/** What a look at the numbers of a plan found. */
interface Found {
  /** What somebody has to repair. */
  readonly problems: readonly PlanProblem[];
  /** How many there are, if these are only the first ones. */
  readonly count?: number;
  /** A drill that counts in place of the last one on record. */
  readonly drill?: Drill;
}

/** Gives the standing of a plan now. */
export type StandingOf = (saved: SavedPlan, found: Found) => Promise<PlanStanding>;

/**
 * What holds at this moment, read once for several plans: freezes, runs, rules, approvals and the person's rights. Sends
 * no request to a vendor.
 */
export async function standingReader(ctx: Context, coverOf = planCover): Promise<StandingOf> {
  const { audit, runs } = ctx.workspace;
  const [policy, holders, unsettled, stored] = await Promise.all([
    previewPolicy(ctx),
    runs.holders(),
    audit.unsettled(),
    storedRules(ctx),
  ]);
  const rules = stored?.rules ?? [];
  const facts = await runFacts(ctx, rules);
  const held = new Set(holders.map(({ key }) => keyText(key)));
  const isUnsettled = new Set(
    unsettled.flatMap(({ requested }) => (requested.number ? [keyText(requested.number)] : [])),
  );
  const lost = [
    ...(policy ? [] : ["Patchbay cannot read whether its numbers are frozen or protected."]),
    ...(stored ? [] : ["Patchbay cannot read the rules for its numbers. See /number rules."]),
  ].map((why) => ({ why }));
  return async (saved, { problems, count = problems.length, drill }) => {
    const members = membersOf(saved.plan);
    const cover: PlanCover = await coverOf(ctx, saved, drill);
    const permissions = await ctx.authorizer.permissions(ctx.actor);
    const isOperator = roleIsEnough(permissions.role, "operator");
    const restricted = policy ? members.map((key) => ({ key, ...policy(key) })) : [];
    const protectedNumbers = restricted.filter(({ isProtected }) => isProtected);
    const moment = {
      frozen: restricted.filter(({ freeze }) => freeze).length,
      inARun: members.filter((key) => held.has(keyText(key))).length,
      unsettled: members.filter((key) => isUnsettled.has(keyText(key))).length,
      limited: isOperator
        ? members.filter(({ connectionId }) => !mayOperate(permissions, connectionId)).length
        : 0,
      waits: waitBlockers(
        rules,
        members.map((key) => ({ key })),
        facts,
      ),
      protectedCount: protectedNumbers.length,
      unapproved: protectedNumbers.filter(({ key, approvals: wanted }) => !coversNumber(cover, key, wanted))
        .length,
      lapsed: protectedNumbers.filter(({ key, approvals: wanted }) => hasLapsed(cover, key, wanted)).length,
      cover,
    };
    return standingOf([...lost, ...problems], moment, lost.length + count);
  };
}

/** The standing of a plan by the last look at its present revision; undefined if there was none. */
export async function lastStanding(
  standing: StandingOf,
  saved: SavedPlan,
  last: Readiness | undefined,
): Promise<PlanStanding | undefined> {
  if (last?.revision !== saved.revision) return undefined;
  // An approval may have lapsed or been given since, which costs no request.
  const problems = last.problems.filter(({ kind }) => kind !== "approval");
  const count = last.count - (last.problems.length - problems.length);
  return standing(saved, { problems, count });
}

async function storedRules(ctx: Context): Promise<StoredRules | undefined> {
  try {
    return await readRules(ctx);
  } catch (error) {
    if (isProblem(error, "not_allowed")) return undefined;
    throw error;
  }
}
