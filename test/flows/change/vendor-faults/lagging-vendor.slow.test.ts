// B5: a vendor that shows a change a little later than it takes it.
import { afterEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../../src/demo/harness.ts";
import { detectDrift } from "../../../../src/operations/drift/detect-drift.ts";
import { startApprovals } from "../../approval/approval-harness.ts";
import {
  assistance,
  dispatch,
  incidents,
  minute,
  operator,
  roadside,
  voiceOps,
} from "../../../support/fixtures.ts";
import { startIncidents } from "../../incident/incident-harness.ts";
import { toldDirectly } from "../../../support/record.ts";
import { skipWaits } from "../../../support/clocks.ts";
import { formSays, person, textOf, toldInChannel } from "../../../support/screen.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../../support/timed.ts";

let harness: Harness;
afterEach(async () => {
  await harness.close();
});

const outcomes = async (): Promise<unknown[]> =>
  (await harness.audit()).filter(({ kind }) => kind === "change.outcome").map(({ outcome }) => outcome);

/** Reassigns Roadside at a vendor that does not show that while Patchbay looks for it. */
async function reassignUnseen(line: string): Promise<string> {
  const omar = person(harness, operator);
  await omar.command(line, { channelId: voiceOps });
  await formSays(harness, omar, "*After:*");
  // Those of the form are over: the fresh read, three looks, and then the one that settles it.
  harness.vendors.cartesia.fault({ kind: "lag", reads: 3 }, { on: "write", times: 1 });
  await omar.submit();
  const told = await toldInChannel(harness, voiceOps, "It took effect");
  await omar.close();
  return textOf(told);
}

describe("a change for 30 minutes that its vendor shows late", () => {
  let at: TemporaryChangeHarness;
  const start = async (): Promise<void> => {
    at = await startTemporaryChangeHarness();
    ({ harness } = at);
  };

  it("is unknown at first, then takes effect, reverts automatically and can be undone", async () => {
    await start();
    const told = await reassignUnseen("reassign Roadside to Dispatch for 30m because it loops");
    expect(await outcomes()).toEqual(["unknown", "applied"]);
    expect(told).toContain("Reverts <!date^");
    expect(told).toContain("Undo");
    const { temporaryChanges: temporary } = harness.infra.store.workspace("T0PATCH01");
    await harness.slack.eventually(
      "a running end",
      async () => (await temporary.open())[0]?.state === "running",
    );
    at.pass(31 * minute);
    await toldInChannel(harness, voiceOps, "was restored");
    expect(at.answers()).toBe(assistance);
    expect(at.patches()).toHaveLength(2);
  });

  it("is undone like any other", async () => {
    await start();
    await reassignUnseen("reassign Roadside to Dispatch because it loops");
    const omar = person(harness, operator);
    harness.vendors.cartesia.clearFaults();
    await omar.click("undo", { in: await toldInChannel(harness, voiceOps, "It took effect") });
    await formSays(harness, omar, "*After:*");
    await omar.submit();
    await formSays(harness, omar, "Reassigned by");
    expect(at.answers()).toBe(assistance);
  });

  it("is refused and reported, without drift, if the vendor still shows the old state an hour later", async () => {
    let timers = skipWaits((ms) => at.pass(ms), 0);
    at = await startTemporaryChangeHarness({ after: (ms, run) => timers(ms, run) });
    ({ harness } = at);
    harness.vendors.cartesia.fault({ kind: "ignore" }, { on: "write" });
    const omar = person(harness, operator);
    await omar.command("reassign Roadside to Dispatch for 30m because it loops", { channelId: voiceOps });
    await formSays(harness, omar, "*Reverts*");
    await omar.submit();
    await formSays(harness, omar, "Patchbay keeps looking and tells you here");
    const first = await toldInChannel(harness, voiceOps, "Unknown whether");
    await harness.stopApp();
    timers = skipWaits((ms) => at.pass(ms));
    await harness.startApp();
    const told = await toldInChannel(harness, voiceOps, "It did not take effect");
    expect(told.ts).toBe(first.ts);
    expect(await outcomes()).toEqual(["unknown", "refused"]);
    const { temporaryChanges: temporary } = harness.infra.store.workspace("T0PATCH01");
    await harness.slack.eventually("no end", async () => (await temporary.open()).length === 0);
    await detectDrift(harness.infra.contextFor("T0PATCH01", { kind: "system", job: "drift" }));
    expect((await harness.audit()).filter(({ kind }) => kind === "drift.seen")).toEqual([]);
    expect(at.patches()).toHaveLength(1);
  });
});

it("is reverted with its incident once it is shown", async () => {
  const incident = await startIncidents(undefined, { pause: async () => undefined });
  ({ harness } = incident);
  await incident.start();
  await reassignUnseen("reassign Roadside to Dispatch");
  harness.vendors.cartesia.clearFaults();
  const shown = await incident.preview();
  expect(shown).toContain("*1 change will be reverted*");
  await incident.omar.submit();
  await toldInChannel(harness, voiceOps, "1 of 1 change reverted. Everything is back.");
  expect(harness.vendors.cartesia.effective(roadside).agentId).toBe(assistance);
});

it("is reported as unknown by an incident's revert, then as reverted once the vendor shows it", async () => {
  const incident = await startIncidents(undefined, { pause: async () => undefined });
  ({ harness } = incident);
  await incident.start();
  const { omar } = incident;
  await omar.command("reassign Roadside to Dispatch", { channelId: voiceOps });
  await formSays(harness, omar, "*After:*");
  await omar.submit();
  await formSays(harness, omar, "Reassigned by");
  await omar.close();
  expect(await incident.preview()).toContain("*1 change will be reverted*");
  harness.vendors.cartesia.fault({ kind: "lag", reads: 3 }, { on: "write", times: 1 });
  await omar.submit();
  await toldInChannel(harness, voiceOps, "0 of 1 change reverted");
  await toldInChannel(harness, voiceOps, "It took effect");
  expect(await outcomes()).toEqual(["applied", "unknown", "applied"]);
  expect(harness.vendors.cartesia.effective(roadside).agentId).toBe(assistance);
  expect(harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH")).toHaveLength(2);
});

it("is reported as unknown to its approvers, then as made, and is sent once", async () => {
  const at = await startApprovals();
  ({ harness } = at);
  const message = await at.asks();
  harness.vendors.cartesia.fault({ kind: "lag", reads: 3 }, { on: "write", times: 1 });
  await at.ada.click("approve", { in: message });
  await toldInChannel(harness, incidents, "Unknown whether");
  // Where the bot is no member, what comes later reaches the person alone.
  await toldDirectly(harness, operator, "It took effect");
  await toldInChannel(harness, voiceOps, "The change took effect");
  expect(await outcomes()).toEqual(["unknown", "applied"]);
  expect([at.answering(), at.patches()]).toEqual([dispatch, 1]);
});
