import { expect, test } from "vitest";
import type { Plan } from "../../../src/domain/failover/plan.ts";
import { maxPlans } from "../../../src/domain/failover/plan.ts";
import type { OpenStore } from "../contract.ts";

const by = { actor: { kind: "user", userId: "U1", workspaceId: "T1" }, requestId: "req_1" } as const;
const plan: Plan = {
  slug: "cartesia-down",
  title: "Cartesia cannot speak",
  when: "Callers hear silence.",
  owner: "S0VOICEOPS",
  defaultForMs: 2 * 60 * 60_000,
  atEnd: "fail_back",
  stop: { inARow: 2, percentOfTier: 5, atLeast: 4 },
  selectors: [{ connectionId: "con_1", answeredBy: "agent_a" }],
  tiers: [
    {
      name: "canary",
      askBeforeNext: true,
      members: [
        { connectionId: "con_1", numberId: "pn_1", change: { kind: "reassign", agentId: "agent_b" } },
        { connectionId: "con_1", numberId: "pn_2", change: { kind: "edit", fields: { fallback: null } } },
      ],
    },
    {
      name: "rest",
      askBeforeNext: false,
      members: [{ connectionId: "con_2", numberId: "pn_1", change: { kind: "detach" } }],
    },
  ],
};

/** What every store guarantees about failover plans. */
export function plansContract(open: OpenStore): void {
  test("keeps a plan exactly as it was saved, with its entry, apart from other workspaces", async () => {
    const { store } = await open();
    const { plans, audit } = store.workspace("T1");
    const saved = await plans.save(plan, by);
    expect(saved).toMatchObject({ plan, revision: 1, savedBy: by.actor });
    expect(await plans.get(plan.slug)).toEqual(saved);
    expect(await plans.list()).toEqual([saved]);
    expect(await audit.entries({ limit: 9 })).toMatchObject([
      { kind: "plan.saved", details: { plan: "cartesia-down", revision: "1", numbers: "3" } },
    ]);
    expect(await store.workspace("T2").plans.list()).toEqual([]);
    await expect(store.workspace("T2").plans.get(plan.slug)).rejects.toMatchObject({ code: "not_found" });
  });

  test("keeps apart what cannot be read, which can be saved again and removed", async () => {
    const { store, work } = await open();
    const { plans, planStates, audit } = store.workspace("T1");
    for (const slug of ["fine", "newer", "altered"]) await plans.save({ ...plan, slug }, by);
    await work.alter(`UPDATE plans SET body = '{"plan":"newer","tiers":"many"}' WHERE slug = 'newer'`);
    await work.alter("UPDATE plans SET body = '{' WHERE slug = 'altered'");
    expect((await plans.list()).map(({ plan: { slug } }) => slug)).toEqual(["fine"]);
    expect((await plans.listReadable()).unreadable).toEqual([
      { slug: "altered", revision: 1 },
      { slug: "newer", revision: 1 },
    ]);
    await expect(plans.get("newer")).rejects.toMatchObject({ code: "not_found" });
    await planStates.noteReadiness(
      "fine",
      { revision: 1, at: "2026-03-01T12:00:00Z", problems: [], count: 0 },
      false,
    );
    await work.alter("UPDATE plan_states SET readiness = '{', drill = '[]' WHERE slug = 'fine'");
    expect(await planStates.list()).toEqual([
      { slug: "fine", readiness: undefined, drill: undefined, isTold: false },
    ]);
    expect(await store.readyPlans()).toMatchObject([{ slug: "fine", isReady: false }]);
    await plans.remove("altered", 1, by);
    expect(await audit.entries({ limit: 1 })).toMatchObject([
      { kind: "plan.removed", details: { plan: "altered", title: "unreadable" } },
    ]);
    expect((await plans.save({ ...plan, slug: "newer" }, by)).revision).toBe(2);
    expect((await plans.listReadable()).unreadable).toEqual([]);
  });

  test("counts revisions, and saves only over the revision that the person saw", async () => {
    const { plans, audit } = (await open()).store.workspace("T1");
    await plans.save(plan, by, 0);
    expect((await plans.save({ ...plan, title: "Newer" }, by, 1)).revision).toBe(2);
    for (const stale of [0, 1])
      await expect(plans.save(plan, by, stale)).rejects.toMatchObject({ code: "conflict" });
    expect((await plans.get(plan.slug)).plan.title).toBe("Newer");
    expect((await plans.save(plan, by)).revision).toBe(3);
    expect(await audit.entries({ limit: 9 })).toHaveLength(3);
  });

  test("removes exactly one revision, and never repeats it", async () => {
    const { plans, audit } = (await open()).store.workspace("T1");
    await plans.save(plan, by);
    await expect(plans.remove(plan.slug, 2, by)).rejects.toMatchObject({ code: "conflict" });
    await plans.remove(plan.slug, 1, by);
    await expect(plans.remove(plan.slug, 1, by)).rejects.toMatchObject({ code: "not_found" });
    expect(await plans.list()).toEqual([]);
    expect((await audit.entries({ limit: 1 }))[0]?.kind).toBe("plan.removed");
    await expect(plans.save(plan, by, 1)).rejects.toMatchObject({ code: "conflict" });
    expect((await plans.save(plan, by, 0)).revision).toBe(2);
  });

  test("keeps what was found about a plan, and schedules its check while it is there", async () => {
    const { store, work } = await open();
    const { plans, planStates, audit } = store.workspace("T1");
    const due = async (): Promise<number> => {
      await work.pass(60_000);
      return (await store.work.claim("plan_readiness", { limit: 10, perLane: 10, leaseMs: 1 })).length;
    };
    await plans.save(plan, by);
    expect(await due()).toBe(1);
    const at = "2026-03-01T12:00:00.000Z";
    const problem = { connectionId: "con_1", numberId: "pn_1", why: "The number is gone." };
    const readiness = { revision: 1, at, problems: [problem], count: 1 };
    const drill = { revision: 1, at, ready: 2, of: 3, isGreen: false };
    const details = { plan: plan.slug, revision: "1", ready: "2", of: "3", result: "not_ready" };
    await planStates.noteReadiness(plan.slug, readiness, true);
    await planStates.noteDrill(plan.slug, drill, { ...by, kind: "failover.drilled", details });
    expect(await planStates.list()).toEqual([{ slug: plan.slug, readiness, drill, isTold: true }]);
    expect(await store.readyPlans()).toEqual([{ workspaceId: "T1", slug: plan.slug, isReady: false }]);
    expect((await audit.entries({ limit: 1 }))[0]?.kind).toBe("failover.drilled");
    expect(await store.workspace("T2").planStates.list()).toEqual([]);
    await plans.remove(plan.slug, 1, by);
    expect([await due(), await planStates.list(), await store.readyPlans()]).toEqual([0, [], []]);
  });

  test("approves the present revision of a plan, with its entry, and keeps that beside what is known of it", async () => {
    const { store } = await open();
    const { plans, planStates, audit } = store.workspace("T1");
    await plans.save(plan, by);
    expect(await planStates.find(plan.slug)).toBeUndefined();
    const numbers = [{ connectionId: "con_1", numberId: "pn_1" }];
    const approval = { id: "apr_1", revision: 1, at: "2026-03-01T12:00:00.000Z", by: "U2", numbers };
    const details = {
      plan: plan.slug,
      revision: "1",
      title: plan.title,
      approval: "apr_1",
      protected: "1",
      until: "2026-05-30T12:00:00.000Z",
    };
    const event = { ...by, kind: "plan.approved", details } as const;
    await planStates.approve(plan.slug, approval, event);
    expect((await audit.entries({ limit: 1 }))[0]).toMatchObject({ kind: "plan.approved", details });
    const readiness = { revision: 1, at: approval.at, problems: [], count: 0 };
    await planStates.noteReadiness(plan.slug, readiness, false);
    const drill = { revision: 1, at: approval.at, ready: 3, of: 3, isGreen: true };
    const drilled = { plan: plan.slug, revision: "1", ready: "3", of: "3", result: "green" };
    await planStates.noteDrill(plan.slug, drill, { ...by, kind: "failover.drilled", details: drilled });
    const kept = { slug: plan.slug, readiness, drill, approval, isTold: false };
    expect([await planStates.find(plan.slug), await planStates.list()]).toEqual([kept, [kept]]);
    expect(await store.workspace("T2").planStates.find(plan.slug)).toBeUndefined();
    await plans.save(plan, by);
    const before = await audit.entries({ limit: 99 });
    await expect(planStates.approve(plan.slug, approval, event)).rejects.toMatchObject({ code: "conflict" });
    await expect(planStates.approve("other", approval, event)).rejects.toMatchObject({ code: "not_found" });
    expect(await audit.entries({ limit: 99 })).toEqual(before);
  });

  test("limits how many plans a workspace has", async () => {
    const { plans } = (await open()).store.workspace("T1");
    for (let n = 0; n < maxPlans; n += 1) await plans.save({ ...plan, slug: `plan-${n}` }, by);
    await expect(plans.save({ ...plan, slug: "one-more" }, by)).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect((await plans.save({ ...plan, slug: "plan-7" }, by)).revision).toBe(2);
    await plans.remove("plan-8", 1, by);
    await plans.save({ ...plan, slug: "one-more" }, by);
    expect(await plans.list()).toHaveLength(maxPlans);
  });

  test("has its readiness checked again after an uninstall and an installation", async () => {
    const { store, installations } = await open();
    const { plans } = store.workspace("T1");
    const checks = async (): Promise<string[]> =>
      (await store.work.claim("plan_readiness", { limit: 10, perLane: 10, leaseMs: 60_000 })).map(
        ({ itemId }) => itemId,
      );
    await installations.save("T1", { bot: {} }, new Date("2026-03-01T12:00:00.000Z"));
    await plans.save(plan, by);
    await plans.remove((await plans.save({ ...plan, slug: "gone" }, by)).plan.slug, 1, by);
    await installations.wipe("T1", {});
    expect(await checks()).toEqual([]);
    await installations.save("T1", { bot: {} }, new Date("2026-03-01T13:00:00.000Z"));
    expect(await checks()).toEqual(["cartesia-down"]);
  });
}
