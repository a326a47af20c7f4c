import { endsSoonText, lapsedText, planCoverAt } from "../../domain/failover/plan-approval.ts";
import { membersOf, type PlanMember, type SavedPlan } from "../../domain/failover/plan.ts";
import { whyUnreadable, type UnreadablePlan } from "../../domain/failover/plans.ts";
import type { PlanProblem, Readiness } from "../../domain/failover/readiness.ts";
import type { Agent, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { previewPolicy } from "../access/policy.ts";
import { deadline, openConnection, type Context } from "../shared/context.ts";
import { protectedNumbersOf } from "./approve-plan.ts";

/** How old a list may be that the check reads, in milliseconds: drift detection reads it about as often. */
const maxAgeMs = 30 * 60_000;
/** How many problems are kept. */
const mostKept = 20;

/**
 * Whether a plan could be run, as the lists of its connections say, and whether an approval of its protected numbers
 * still counts. Reads a list only if its copy is too old.
 */
export async function checkReadiness(ctx: Context, saved: SavedPlan): Promise<Readiness> {
  const { plan, revision } = saved;
  const members = membersOf(plan);
  const problems: PlanProblem[] = [];
  for (const connectionId of new Set(members.map((member) => member.connectionId))) {
    const own = members.filter((member) => member.connectionId === connectionId);
    problems.push(...(await problemsIn(ctx, connectionId, own)));
  }
  const { lapsed, soon } = await approvalOfPlan(ctx, saved);
  if (lapsed !== undefined) problems.unshift({ why: lapsed });
  const kept = problems.slice(0, mostKept);
  return { revision, at: ctx.now().toISOString(), problems: kept, count: problems.length, soon };
}

/** What is wrong with the approval of a plan that has protected numbers, and what soon will be, as sentences. */
async function approvalOfPlan(
  ctx: Context,
  saved: SavedPlan,
): Promise<{ readonly lapsed?: string | undefined; readonly soon?: string | undefined }> {
  const policy = await previewPolicy(ctx);
  if (!policy || protectedNumbersOf(saved, policy).length === 0) return {};
  const state = await ctx.workspace.planStates.find(saved.plan.slug);
  const cover = planCoverAt(state ?? {}, saved.revision, ctx.now());
  return { lapsed: lapsedText(cover), soon: endsSoonText(cover, ctx.now()) };
}

/** The readiness of a plan that cannot be read: it could not be run. */
export function unreadableReadiness(ctx: Context, { revision }: UnreadablePlan): Readiness {
  const problems = [{ connectionId: "", why: `The plan cannot be read. ${whyUnreadable}` }];
  return { revision, at: ctx.now().toISOString(), problems, count: problems.length };
}

async function problemsIn(
  ctx: Context,
  connectionId: string,
  members: readonly PlanMember[],
): Promise<readonly PlanProblem[]> {
  try {
    const { account } = await openConnection(ctx, connectionId);
    const signal = deadline("background", ctx.stopping);
    const [numbers, agents] = await Promise.all([
      account.listNumbers(signal, maxAgeMs),
      account.listAgents(signal, maxAgeMs),
    ]);
    const byId = new Map(numbers.map((number) => [number.id, number]));
    const agentById = new Map(agents.map((agent) => [agent.id, agent]));
    return members.flatMap((member) => {
      const why = problemOf(member, byId, agentById);
      return why === undefined ? [] : [{ connectionId, numberId: member.numberId, why }];
    });
  } catch (error) {
    if (!isProblem(error)) throw error;
    return [{ connectionId, why: error.message }];
  }
}

function problemOf(
  { numberId, change }: PlanMember,
  numbers: ReadonlyMap<string, PhoneNumber>,
  agents: ReadonlyMap<string, Agent>,
): string | undefined {
  const number = numbers.get(numberId);
  if (!number) return `The number ${numberId} is no longer there.`;
  if (change.kind !== "reassign") return undefined;
  if (number.unbindable !== undefined) return number.unbindable;
  const agent = agents.get(change.agentId);
  if (!agent) return `The agent ${change.agentId} is no longer there.`;
  return agent.unbindable;
}
