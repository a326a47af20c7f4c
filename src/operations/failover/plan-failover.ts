import type { SavedPlan, PlanMember } from "../../domain/failover/plan.ts";
import { coversNumber, type PlanCover } from "../../domain/failover/plan-approval.ts";
import { keyText } from "../../domain/failover/rules.ts";
import {
  affectedFields,
  compare,
  keepingVersion,
  pick,
  snapshot,
  wantedState,
  type Change,
  type Snapshot,
} from "../../domain/numbers/change.ts";
import type { NumberKey, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { isPlanned, type RunStep, type Verdict } from "../../domain/runs/run-step.ts";
import { agentNamesIn, checkFieldAgents, findAssignableAgent } from "../numbers/list-agents.ts";
import { previewPolicy } from "../access/policy.ts";
import { obstacleFinder, type FindObstacle } from "../runs/plan-revert.ts";
import { atOncePerConnection, repeatedInTurn } from "../shared/bulk.ts";
import { openConnection, type Context, type OpenConnection } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";

/** How long a number may wait to be read before it counts as unreadable, in milliseconds. */
const longestMs = 2 * 60_000;

/** A number of a plan in its tier. */
interface TieredMember {
  readonly member: PlanMember;
  readonly tier: number;
}

/** What the verdicts depend on besides the number itself. */
interface Surroundings {
  readonly findObstacle: FindObstacle;
  /** The numbers with a change whose outcome is not known yet. */
  readonly unsettled: ReadonlySet<string>;
  /** What has to approve the change of a protected number. */
  approvalFor(key: NumberKey): RunStep["approval"];
}

/**
 * What a failover would do with each number of a plan now. Each number is read live. A number that cannot be read or
 * switched gets a verdict that says why. What protects a number is no obstacle, because it can be approved: with the
 * plan, if its approval counts, or else with the run. Changes nothing.
 */
export async function planFailoverSteps(
  asking: Context,
  { plan }: SavedPlan,
  cover: PlanCover,
): Promise<RunStep[]> {
  const ctx = derivedContext(asking, { lookedUp: new Map() });
  const unsettled = (await ctx.workspace.audit.unsettled()).flatMap(({ requested }) =>
    requested.number ? [keyText(requested.number)] : [],
  );
  const policy = await previewPolicy(ctx);
  const surroundings: Surroundings = {
    findObstacle: await obstacleFinder(ctx, { isApprovable: () => true }),
    unsettled: new Set(unsettled),
    approvalFor: (key) => {
      if (policy?.(key).isProtected !== true) return undefined;
      return coversNumber(cover, key) ? "plan" : "run";
    },
  };
  const members = plan.tiers.flatMap(({ members: own }, tier) => own.map((member) => ({ member, tier })));
  const steps: RunStep[] = [];
  const keyOf = ({ member }: TieredMember): string => member.connectionId;
  await forEachConcurrent(members, { keyOf, atOnce: atOncePerConnection }, async (each, index) => {
    steps[index] = await stepOf(ctx, each, surroundings);
  });
  return steps;
}

async function stepOf(ctx: Context, { member, tier }: TieredMember, around: Surroundings): Promise<RunStep> {
  const { connectionId, numberId } = member;
  const connections = await ctx.workspace.connections.list();
  const connection = connections.find(({ id }) => id === connectionId);
  const { verdict, live, now, labels, fitting } = await verdictOf(ctx, member, around);
  const approval = isPlanned({ verdict }) ? around.approvalFor({ connectionId, numberId }) : undefined;
  return {
    key: { connectionId, numberId },
    e164: live?.e164,
    name: live?.name,
    connection: connection?.name ?? connectionId,
    vendor: connection?.vendor ?? "cartesia",
    tier,
    changeId: ctx.newId("chg"),
    change: verdict.kind === "will_switch" ? fitting : undefined,
    first: wantedState(fitting),
    last: now,
    now,
    labels,
    verdict,
    ...(approval === undefined ? {} : { approval }),
  };
}

interface Looked {
  /** The plan's change, as it fits the number. */
  readonly fitting: Change;
  readonly verdict: Verdict;
  readonly live?: PhoneNumber;
  readonly now: Snapshot;
  readonly labels: Readonly<Record<string, string>>;
}

async function verdictOf(
  ctx: Context,
  { connectionId, numberId, change }: PlanMember,
  { findObstacle, unsettled }: Surroundings,
): Promise<Looked> {
  let open: OpenConnection;
  let live: PhoneNumber;
  try {
    open = await openConnection(ctx, connectionId);
    const { account } = open;
    const until = ctx.monotonicMs() + longestMs;
    const leftMs = (): number => until - ctx.monotonicMs();
    live = await repeatedInTurn(ctx, connectionId, leftMs, async () => account.getNumber(numberId));
  } catch (error) {
    if (!isProblem(error)) throw error;
    const kind = error.code === "not_found" || error.code === "not_connected" ? "cannot" : "unread";
    return { verdict: { kind, why: error.message }, now: {}, labels: {}, fitting: change };
  }
  const fitting = keepingVersion(change, live);
  const wanted = wantedState(fitting);
  const now = pick(snapshot(live), affectedFields(fitting));
  const labels = await agentNamesIn(open, wanted, now);
  const looked = (verdict: Verdict): Looked => ({ verdict, live, now, labels, fitting });
  if (compare(wanted, now) === "same") return looked({ kind: "already_so" });
  if (unsettled.has(keyText({ connectionId, numberId }))) return looked({ kind: "unknown" });
  try {
    if (change.kind === "reassign") await findAssignableAgent(open, change.agentId, ctx.lookedUp);
    if (change.kind === "edit") await checkFieldAgents(open, change.fields);
    open.account.buildPatch(live, fitting);
  } catch (error) {
    if (!isProblem(error)) throw error;
    return looked({ kind: "cannot", why: error.message });
  }
  return looked(findObstacle({ connectionId, numberId }) ?? { kind: "will_switch" });
}
