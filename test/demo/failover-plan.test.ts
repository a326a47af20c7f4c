import { afterAll, beforeAll, expect, it } from "vitest";
import { startDemoSession, type DemoSession } from "../../src/demo/page/demo-session.ts";
import { membersOf } from "../../src/domain/failover/plan.ts";
import { storyVendors } from "../../src/demo/story-vendors.ts";
import { vendorIds } from "../../src/vendors/index.ts";

let session: DemoSession;
beforeAll(async () => {
  session = await startDemoSession();
});
afterAll(async () => {
  await session.close();
});

it("has a failover plan of 40 numbers, ten at each vendor of the story, one of each in the first tier", async () => {
  const { store } = session.harness.infra;
  const { plan } = await store.workspace("T0PATCH01").plans.get("holding-message");
  const [canary, rest] = plan.tiers;
  expect([canary?.members.length, rest?.members.length]).toEqual([4, 36]);
  expect(new Set(canary?.members.map(({ connectionId }) => connectionId)).size).toBe(4);
  const connections = await store.workspace("T0PATCH01").connections.list();
  for (const { id, vendor } of connections.filter(({ vendor: one }) => storyVendors.includes(one))) {
    const own = membersOf(plan).filter(({ connectionId }) => connectionId === id);
    expect(own).toHaveLength(10);
    for (const { numberId, change } of own) {
      const { agentId } = session.harness.vendors[vendor].effective(numberId);
      expect(agentId).not.toBeNull();
      expect(change.kind === "reassign" && change.agentId).not.toBe(agentId);
    }
  }
  expect(connections.map(({ vendor }) => vendor).toSorted()).toEqual(vendorIds.toSorted());
});

it("leaves the numbers of the story out of the plan", async () => {
  const { plan } = await session.harness.infra.store.workspace("T0PATCH01").plans.get("holding-message");
  const planned = new Set(membersOf(plan).map(({ numberId }) => numberId));
  const changed = (await session.harness.audit()).flatMap(({ number }) => (number ? [number.numberId] : []));
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.filter((id) => planned.has(id))).toEqual([]);
});
