import type { Harness } from "../../../src/demo/harness.ts";
import { defaultStopRule, type Plan, type PlanMember } from "../../../src/domain/failover/plan.ts";
import type { WorkspaceStore } from "../../../src/domain/ports/store.ts";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import { cli, hour } from "../fixtures.ts";
import { manyNumbersOf } from "../many-numbers.ts";

/** Many numbers of a vendor, the agent that answers them, and the one that a failover switches them to. */
export interface ManyNumbers {
  readonly vendor: VendorId;
  readonly ids: readonly string[];
  readonly before: string;
  readonly after: string;
}

/** Gives the vendor's account so many numbers in place of its own, answered as before any failover. */
export function addMany({ vendors, keys }: Harness, vendor: VendorId, count: number): ManyNumbers {
  const [before, after] = demoAccount(vendor).agents.filter(({ assignable }) => assignable !== false);
  if (!before || !after) throw new Error(`${vendor} has two agents`);
  const account = { ...manyNumbersOf(vendor, count, before.id), key: keys[vendor] };
  vendors[vendor].addAccount(account);
  return { vendor, ids: account.numbers.map(({ id }) => id), before: before.id, after: after.id };
}

/** How many of them an agent answers at the vendor. */
export function answeredBy({ vendors }: Harness, { vendor, ids }: ManyNumbers, agentId: string): number {
  return ids.filter((id) => vendors[vendor].effective(id).agentId === agentId).length;
}

/** Saves a plan that switches them: the first number of the first vendor is the first tier, all others are the second. */
export async function savePlanOfMany(
  { connections, infra }: Pick<Harness, "connections" | "infra">,
  { plans }: Pick<WorkspaceStore, "plans">,
  slug: string,
  many: readonly ManyNumbers[],
  awaitsFirstCall?: boolean,
): Promise<void> {
  const members = many.flatMap(({ vendor, ids, after }) =>
    ids.map((numberId): PlanMember => ({
      connectionId: connections[vendor]?.id ?? "",
      numberId,
      change: { kind: "reassign", agentId: after },
    })),
  );
  const plan: Plan = {
    slug,
    title: "Many numbers",
    when: "Callers hear nothing.",
    runbook: "https://wiki.example.com/down",
    owner: undefined,
    defaultForMs: 72 * hour,
    atEnd: "remind",
    stop: defaultStopRule,
    selectors: [],
    tiers: [
      { name: "canary", askBeforeNext: false, awaitsFirstCall, members: members.slice(0, 1) },
      { name: "rest", askBeforeNext: false, members: members.slice(1) },
    ],
  };
  await plans.save(plan, { actor: cli, requestId: infra.newId("req") });
}
