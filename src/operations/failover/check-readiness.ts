import { endsSoonText } from "../../domain/failover/plan-approval.ts";
import type { PlanMember, SavedPlan } from "../../domain/failover/plan.ts";
import { whyUnreadable, type UnreadablePlan } from "../../domain/failover/plans.ts";
import type { PlanProblem, Readiness } from "../../domain/failover/readiness.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import { problemsOf, type LookedStep, type PlanStanding } from "../../domain/failover/standing.ts";
import {
  affectedFields,
  compare,
  keepingVersion,
  pick,
  snapshot,
  wantedState,
} from "../../domain/numbers/change.ts";
import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Verdict } from "../../domain/runs/run-step.ts";
import { planCoverByDates } from "../access/plan-cover.ts";
import { obstacleFinder } from "../runs/run-obstacles.ts";
import { deadline, openConnection, type Context } from "../shared/context.ts";
import { standingReader } from "./plan-standing.ts";
import { findBlockersInCopies } from "./run-blockers.ts";

/** How old a list may be that the check reads, in milliseconds: drift detection reads it about as often. */
const maxAgeMs = 30 * 60_000;
/** How many problems are kept. */
const mostKept = 20;

/**
 * Whether a plan is ready, as the copies of its connections' lists say, with everything that is stored: rules, approval,
 * freezes, other runs. Reads a list only if its copy is too old.
 */
export async function checkReadiness(ctx: Context, saved: SavedPlan): Promise<Readiness> {
  const steps = await stepsInCopies(ctx, saved);
  const blockers = await blockersInCopies(ctx, steps);
  const standing = await standingReader(ctx, planCoverByDates);
  const found = await standing(saved, { problems: problemsOf(steps, blockers) });
  return readinessOf(ctx, saved, found);
}

/** What is stored of a look at a plan. */
export function readinessOf(ctx: Context, { revision }: SavedPlan, standing: PlanStanding): Readiness {
  const { repairs, repairCount: count, protectedCount, cover } = standing;
  const now = ctx.now();
  const soon = protectedCount > 0 ? endsSoonText(cover, now) : undefined;
  return { revision, at: now.toISOString(), problems: repairs.slice(0, mostKept), count, soon };
}

/** The readiness of a plan that cannot be read: it could not be run. */
export function unreadableReadiness(ctx: Context, { revision }: UnreadablePlan): Readiness {
  const problems: PlanProblem[] = [{ connectionId: "", why: `The plan cannot be read. ${whyUnreadable}` }];
  return { revision, at: ctx.now().toISOString(), problems, count: problems.length };
}

/** Rules that cannot be read are a problem of their own in the standing of every plan. */
async function blockersInCopies(ctx: Context, steps: readonly LookedStep[]): Promise<readonly Blocker[]> {
  try {
    return await findBlockersInCopies(ctx, steps);
  } catch (error) {
    if (isProblem(error, "not_allowed")) return [];
    throw error;
  }
}

/** What a run would do with each number, as far as the copies of lists show. */
async function stepsInCopies(ctx: Context, { plan }: SavedPlan): Promise<readonly LookedStep[]> {
  const copies = copiesOf(ctx);
  const findObstacle = await obstacleFinder(ctx, { isApprovable: () => true });
  const members = plan.tiers.flatMap(({ members: own }, tier) => own.map((member) => ({ member, tier })));
  return Promise.all(
    members.map(async ({ member, tier }): Promise<LookedStep> => {
      const { connectionId, numberId } = member;
      const key = { connectionId, numberId };
      const copy = await copies(connectionId);
      if ("unread" in copy) return { key, tier, now: {}, verdict: { kind: "unread", why: copy.unread } };
      const number = copy.numbers.get(numberId);
      if (!number)
        return { key, tier, now: {}, verdict: cannot(`The number ${numberId} is no longer there.`) };
      const change = keepingVersion(member.change, number);
      const now = pick(snapshot(number), affectedFields(change));
      const wanted = wantedState(change);
      const verdict: Verdict =
        compare(wanted, now) === "same"
          ? { kind: "already_so" }
          : (whyNot(member, number, copy.agents) ?? findObstacle(key) ?? { kind: "will_switch" });
      return { key, tier, change, now, verdict };
    }),
  );
}

function whyNot(
  { change }: PlanMember,
  number: PhoneNumber,
  agents: ReadonlyMap<string, Agent>,
): Verdict | undefined {
  if (change.kind !== "reassign") return undefined;
  if (number.unbindable !== undefined) return cannot(number.unbindable);
  const agent = agents.get(change.agentId);
  if (!agent) return cannot(`The agent ${change.agentId} is no longer there.`);
  return agent.unbindable === undefined ? undefined : cannot(agent.unbindable);
}

const cannot = (why: string): Verdict => ({ kind: "cannot", why });

type Copy =
  | { readonly numbers: ReadonlyMap<string, PhoneNumber>; readonly agents: ReadonlyMap<string, Agent> }
  | { readonly unread: string };

/** The copies of connections, each looked up once. */
function copiesOf(ctx: Context): (connectionId: string) => Promise<Copy> {
  const found = new Map<string, Promise<Copy>>();
  return async (connectionId) => {
    const copy = found.get(connectionId) ?? readCopy(ctx, connectionId);
    found.set(connectionId, copy);
    return copy;
  };
}

async function readCopy(ctx: Context, connectionId: string): Promise<Copy> {
  try {
    const { account } = await openConnection(ctx, connectionId);
    const signal = deadline("background", ctx.stopping);
    const [numbers, agents] = await Promise.all([
      account.listNumbers(signal, maxAgeMs),
      account.listAgents(signal, maxAgeMs),
    ]);
    return {
      numbers: new Map(numbers.map((number) => [number.id, number])),
      agents: new Map(agents.map((agent) => [agent.id, agent])),
    };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { unread: error.message };
  }
}
