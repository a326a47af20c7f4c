import { beforeEach, expect, it } from "vitest";
import { allPermissions, noPermissions } from "../../../src/domain/access/authorization.ts";
import { defaultStopRule, type Plan } from "../../../src/domain/failover/plan.ts";
import type { PlanApproval } from "../../../src/domain/failover/plan-approval.ts";
import type { NumberKey } from "../../../src/domain/numbers/phone-number.ts";
import type { Actor } from "../../../src/domain/shared/actor.ts";
import { approvePlan, loadPlanToApprove } from "../../../src/operations/failover/approve-plan.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { day } from "../../support/fixtures.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

const person = (userId: string) => ({ kind: "user", userId, workspaceId: "T1" }) as const;
const entry = { actor: person("UADMIN"), requestId: "req_1" } as const;
const slug = "silent";

let world: World;
let key: NumberKey;
let lost: string | undefined;
beforeEach(async () => {
  world = await startWorld();
  lost = undefined;
  const { connections, plans, protections, settings } = world.ctx.workspace;
  key = { connectionId: (await connections.list())[0]?.id ?? "", numberId: worldNumber.id };
  const { settings: before } = await settings.readNow();
  await settings.write(
    { ...before, protection: { on: true, minutes: 30, breakGlass: false } },
    { ...entry, outcome: "applied" },
  );
  const at = world.now().toISOString();
  const protection = { ...key, title: "Main line", approvals: 2, at } as const;
  await protections.set(protection, { ...entry, kind: "protection.set" });
  await plans.save(planOf(key), entry);
});

function planOf(number: NumberKey): Plan {
  const members = [{ ...number, change: { kind: "detach" } as const }];
  return {
    slug,
    title: "Cartesia is silent",
    when: undefined,
    owner: undefined,
    defaultForMs: 3_600_000,
    atEnd: "remind",
    stop: defaultStopRule,
    selectors: [],
    tiers: [{ name: "all", askBeforeNext: false, members }],
  };
}

/** Ada approved the plan some days ago. */
async function approvedBefore(more: Partial<PlanApproval>, daysAgo = 1): Promise<void> {
  const at = new Date(world.now().getTime() - daysAgo * day).toISOString();
  const approval = { id: "apr_ada", revision: 1, at, by: "UADA", numbers: [key], ...more };
  const details = { plan: slug, revision: "1", title: "", approval: "apr_ada", protected: "1", until: at };
  await world.ctx.workspace.planStates.approve(slug, approval, { ...entry, kind: "plan.approved", details });
}

function as(userId: string): Context {
  const permissions = async (who: Actor) =>
    who.kind === "user" && who.userId === lost ? noPermissions : allPermissions;
  return { ...world.ctx, actor: person(userId), authorizer: { permissions } };
}

const daysAgo = (days: number): string => new Date(Date.UTC(2026, 0, 1, 3) - days * day).toISOString();

// The plan was never drilled: that may follow, so it decides nothing here.
it.each<[string, string | undefined, () => Promise<void>]>([
  ["the first one", undefined, async () => Promise.resolve()],
  ["beside one that counts", "UADA", async () => approvedBefore({})],
  ["beside one that has ended", undefined, async () => approvedBefore({}, 95)],
  [
    "beside one of somebody who lost the right",
    undefined,
    async () => {
      await approvedBefore({});
      lost = "UADA";
    },
  ],
  [
    "beside one for another revision",
    undefined,
    async () => {
      await approvedBefore({});
      await world.ctx.workspace.plans.save(planOf(key), entry);
    },
  ],
  [
    "beside one for other numbers",
    undefined,
    async () => approvedBefore({ numbers: [key, { ...key, numberId: "pn_2" }] }),
  ],
  ["beside one's own", undefined, async () => approvedBefore({ by: "UABE" })],
  ["beside one of the author", undefined, async () => approvedBefore({ by: "UADMIN" })],
  [
    "beside the older of two, if the newer one is one's own",
    "UADA",
    async () => approvedBefore({ by: "UABE", first: { by: "UADA", at: daysAgo(2) } }),
  ],
  [
    "beside the older of two, if the newer one lost the right",
    "UADA",
    async () => {
      await approvedBefore({ by: "UEVE", first: { by: "UADA", at: daysAgo(2) } });
      lost = "UEVE";
    },
  ],
])("an approval of a plan, %s, is as the form said", async (_what, first, happens) => {
  await happens();
  const abe = as("UABE");
  const form = await loadPlanToApprove(abe, slug);
  expect([form.wanted, form.first?.by]).toEqual([2, first]);
  const { approval } = await approvePlan(abe, slug, { revision: form.saved.revision, shown: form.shown });
  expect(approval).toMatchObject({ by: "UABE", numbers: [key] });
  expect([approval.first?.by, approval.id === "apr_ada"]).toEqual([first, first !== undefined]);
  const { planStates, audit } = abe.workspace;
  expect((await planStates.find(slug))?.approval).toEqual(approval);
  const [newest] = await audit.entries({ limit: 1 });
  const given = first === undefined ? "1" : "2";
  expect(newest?.details).toMatchObject({ approval: approval.id, given, wanted: "2" });
});
