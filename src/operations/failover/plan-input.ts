import {
  gatesOf,
  maxPlanNumbers,
  membersOf,
  type AfterFirst,
  type Plan,
  type PlanMember,
  type PlanTier,
} from "../../domain/failover/plan.ts";
import { defaultStopRule } from "../../domain/failover/plan.ts";
import { parsePlan, planFile } from "../../domain/failover/plan-file.ts";
import { keyText, type NumberKey } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { findTarget } from "../restrictions/target.ts";
import { deadline, openConnection, type Context } from "../shared/context.ts";
import { findAgent } from "./find-agent.ts";

/** Which numbers to add to a plan: those of a connection that an agent answers now, and who is to answer them. */
export interface NewMembers {
  readonly connectionId: string;
  readonly answeredBy: string;
  readonly to: string;
}

/** A plan as a form describes it. */
export interface PlanInput {
  readonly slug: string;
  readonly title: string;
  readonly when: string | undefined;
  /** The address of its runbook. */
  readonly runbook: string | undefined;
  readonly owner: string | undefined;
  /** `2h`. */
  readonly defaultFor: string;
  /** How many of the added numbers go first, for a new plan. */
  readonly first: string;
  readonly afterFirst: AfterFirst;
  readonly add: NewMembers | undefined;
  /** Numbers to remove, one in each line. */
  readonly remove: string;
}

/**
 * The plan that a form describes, with its list filled from what the vendor shows now. Throws invalid_input and not_found
 * with the field, and what the vendor's lists throw.
 */
export async function planFrom(ctx: Context, input: PlanInput, earlier?: Plan): Promise<Plan> {
  const removed = new Set((await numbersIn(ctx, input.remove)).map(keyText));
  const kept = (earlier?.tiers ?? []).map((tier) => ({
    ...tier,
    members: tier.members.filter((member) => !removed.has(keyText(member))),
  }));
  const selected = input.add && (await select(ctx, input.add));
  const known = new Set(kept.flatMap(({ members }) => members.map(keyText)));
  const added = selected?.members.filter((member) => !known.has(keyText(member))) ?? [];
  // All numbers of a tier may be removed: then the next one is the first.
  const tiers = (earlier ? withAdded(kept, added) : newTiers(added, input.first))
    .filter(({ members }) => members.length > 0)
    .map((tier, index) => (index === 0 ? { ...tier, ...gatesOf(input.afterFirst) } : tier));
  if (tiers.length === 1 && gatesOf(input.afterFirst).awaitsFirstCall)
    throw new Problem("invalid_input", nothingFollows, { field: "after_first" });
  const selectors = selected ? [...(earlier?.selectors ?? []), selected.selector] : earlier?.selectors;
  const plan = {
    ...planFile(
      {
        slug: input.slug,
        title: input.title,
        when: input.when,
        runbook: input.runbook,
        owner: input.owner ?? groupOf(earlier),
        defaultForMs: 0,
        atEnd: earlier?.atEnd ?? "remind",
        stop: earlier?.stop ?? defaultStopRule,
        selectors: unique(selectors ?? []),
        tiers,
      },
      (connectionId) => connectionId,
    ),
    default_for: input.defaultFor,
  };
  const parsed = parsePlan(plan, (connectionId) => connectionId);
  if (parsed.plan) return parsed.plan;
  const [{ path, message } = { path: [], message: "It is not a plan." }] = parsed.faults;
  throw new Problem("invalid_input", message, { field: String(path[0] ?? "") });
}

const nothingFollows =
  "All numbers of this plan go at once, so none waits for a first call. Choose another way to go on after the first ones, or let fewer numbers go first.";

/** The numbers that a plan's selectors find in the last lists and that it lacks. Sends no request. */
export async function notInPlan(ctx: Context, plan: Plan): Promise<number> {
  const known = new Set(membersOf(plan).map(keyText));
  let count = 0;
  for (const { connectionId, answeredBy } of plan.selectors) {
    const connections = await ctx.workspace.connections.list();
    if (!connections.some(({ id }) => id === connectionId)) continue;
    const last = await (await openConnection(ctx, connectionId)).account.lastKnown?.();
    count += (last?.numbers ?? []).filter(
      ({ id, agent }) => agent?.id === answeredBy && !known.has(keyText({ connectionId, numberId: id })),
    ).length;
  }
  return count;
}

async function select(ctx: Context, { connectionId, answeredBy, to }: NewMembers) {
  const now = await findAgent(ctx, answeredBy, [connectionId]);
  const target = await findAgent(ctx, to, [connectionId]);
  if (target.unbindable !== undefined)
    throw new Problem("invalid_input", `${target.name} cannot answer numbers: ${target.unbindable}`, {
      field: "agent",
    });
  if (now.id === target.id)
    throw new Problem("invalid_input", "The numbers would stay with the agent that they have.", {
      field: "agent",
    });
  const { account } = await openConnection(ctx, connectionId);
  const numbers = (await account.listNumbers(deadline("form"), 0)).filter(
    ({ agent }) => agent?.id === now.id,
  );
  if (numbers.length === 0)
    throw new Problem("not_found", `${now.name} answers no number of this connection now.`, {
      field: "agent",
    });
  if (numbers.length > maxPlanNumbers)
    throw new Problem(
      "invalid_input",
      `${now.name} answers ${numbers.length} numbers. A plan has at most ${maxPlanNumbers}.`,
    );
  const members: readonly PlanMember[] = numbers.map(({ id }) => ({
    connectionId,
    numberId: id,
    change: { kind: "reassign", agentId: target.id },
  }));
  return { members, selector: { connectionId, answeredBy: now.id } };
}

async function numbersIn(ctx: Context, text: string): Promise<readonly NumberKey[]> {
  const found: NumberKey[] = [];
  for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
    const target = await findTarget(ctx, line);
    if (target.kind !== "number")
      throw new Problem("invalid_input", `“${line.trim()}” is not a number.`, { field: "remove" });
    found.push(target.listed.key);
  }
  return found;
}

/** The user group that owns a plan: a form can only name a person in its place. */
function groupOf(earlier: Plan | undefined): string | undefined {
  return earlier?.owner?.startsWith("S") ? earlier.owner : undefined;
}

function newTiers(members: readonly PlanMember[], typed: string): readonly PlanTier[] {
  const first = /^\d{1,4}$/u.test(typed.trim()) ? Number(typed.trim()) : Number.NaN;
  if (Number.isNaN(first))
    throw new Problem("invalid_input", "Write a whole number such as 1.", { field: "first" });
  return [
    { name: "canary", askBeforeNext: false, members: members.slice(0, first) },
    { name: "rest", askBeforeNext: false, members: members.slice(first) },
  ];
}

/** The tiers with more numbers in the last one. */
function withAdded(tiers: readonly PlanTier[], added: readonly PlanMember[]): readonly PlanTier[] {
  return tiers.map((tier, index) =>
    index === tiers.length - 1 ? { ...tier, members: [...tier.members, ...added] } : tier,
  );
}

function unique<T extends object>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
