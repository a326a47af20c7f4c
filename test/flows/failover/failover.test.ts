import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assistance, dispatch, holding, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { toldAlone } from "../../support/screen.ts";
import {
  fleetDesk,
  toHolding,
  startPreviews,
  type PreviewHarness,
} from "../../support/failover/preview-harness.ts";

let at: PreviewHarness;
beforeEach(async () => {
  at = await startPreviews();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a failover", () => {
  it("shows what it would do with each number, then switches them once, and records that", async () => {
    await at.savePlan([[roadside], [fleetDesk, "pn_W5q1Cm6D"]]);
    const shown = await at.preview("failover silent for 1h because callers hear nothing");
    expect(shown).toContain("3 numbers, 1 connection");
    expect(shown).toContain("Callers hear nothing.");
    expect(shown).toContain("If you confirm: 2 will be switched · 1 already there");
    expect(shown).toContain("They stay switched for 1 h.");
    expect(at.patches()).toBe(0);
    await at.omar.submit();
    const held = await onRecord(at.harness, { kind: "failover.held" });
    expect(held.details).toMatchObject({ plan: "silent", revision: "1", changed: "2", of: "2" });
    expect([at.agentOf(roadside), at.agentOf(fleetDesk)]).toEqual([holding, holding]);
    expect(at.patches()).toBe(2);
    const begun = await onRecord(at.harness, { kind: "failover.begun", userId: operator });
    expect(begun).toMatchObject({
      reason: "callers hear nothing",
      details: { plan: "silent", changes: "2" },
    });
    const changes = (await at.harness.audit()).filter(({ kind }) => kind === "change.requested");
    expect(changes.map(({ details }) => details?.["run"])).toEqual([
      begun.details?.["run"],
      begun.details?.["run"],
    ]);
  });

  it("pauses after a tier that asks, goes on, and is taken back after a preview of its own", async () => {
    await at.savePlan([[roadside], [fleetDesk]], {
      tiers: [
        { name: "canary", askBeforeNext: true, members: [toHolding(at, roadside)] },
        { name: "rest", askBeforeNext: false, members: [toHolding(at, fleetDesk)] },
      ],
    });
    await at.preview();
    await at.omar.submit();
    await onRecord(at.harness, { kind: "failover.paused" });
    expect([at.agentOf(roadside), at.agentOf(fleetDesk)]).toEqual([holding, assistance]);
    await at.omar.close();
    await at.omar.command("failover silent resume", { channelId: voiceOps });
    await toldAlone(at.harness, operator, "failover silent goes on");
    await onRecord(at.harness, { kind: "failover.held" });
    expect([at.agentOf(roadside), at.agentOf(fleetDesk)]).toEqual([holding, holding]);
    at.harness.vendors.cartesia.changeNumber(fleetDesk, { agent: { id: dispatch } });
    const shown = await at.preview("failover silent back", "will be put back");
    expect(shown).toContain("1 will be put back · 1 changed since");
    await at.omar.submit();
    await onRecord(at.harness, { kind: "failover.returned" });
    expect([at.agentOf(roadside), at.agentOf(fleetDesk)]).toEqual([assistance, dispatch]);
    expect(at.patches()).toBe(3);
    await at.omar.command("failover silent stop", { channelId: voiceOps });
    await toldAlone(at.harness, operator, "No run of the plan silent is going on");
  });

  it("is steered with a reason on record, and says which words take none", async () => {
    await at.savePlan([[roadside], [fleetDesk]], {
      tiers: [
        { name: "canary", askBeforeNext: true, members: [toHolding(at, roadside)] },
        { name: "rest", askBeforeNext: false, members: [toHolding(at, fleetDesk)] },
      ],
    });
    await at.preview();
    await at.omar.submit();
    await onRecord(at.harness, { kind: "failover.paused" });
    await at.omar.close();
    await at.omar.command("failover Silent back because agents are back", { channelId: voiceOps });
    await toldAlone(at.harness, operator, "“back” takes no reason");
    await at.omar.command("failover Silent Stop because agents are back", { channelId: voiceOps });
    await toldAlone(at.harness, operator, "failover silent was stopped");
    const stopped = await onRecord(at.harness, { kind: "failover.stopped", userId: operator });
    expect(stopped.reason).toBe("agents are back");
  });

  it("practises with the first tier alone, and puts it back by itself", async () => {
    await at.savePlan([[roadside], [fleetDesk]]);
    expect(await at.preview("failover silent practice for 5m", "Practice, for real")).toContain(
      "1 will be switched",
    );
    await at.omar.submit();
    await onRecord(at.harness, { kind: "failover.held" });
    expect([at.agentOf(roadside), at.agentOf(fleetDesk)]).toEqual([holding, assistance]);
    at.pass(6 * 60_000);
    const { details } = await onRecord(at.harness, { kind: "failover.practised" });
    expect(details).toMatchObject({ plan: "silent", changed: "1", of: "1" });
    expect(at.agentOf(roadside)).toBe(assistance);
    expect(at.patches()).toBe(2);
  });
});
