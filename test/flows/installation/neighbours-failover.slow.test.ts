import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { alpha, bea, watchAlpha } from "../../support/neighbours.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person } from "../../support/screen.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { holding, operator, voiceOps } from "../../support/fixtures.ts";
import { startBesideAlpha, type BesideAlpha } from "./beside-alpha.ts";

const fleetDesk = "pn_H3k7Ry4N";

let at: BesideAlpha;
let runId: string;
beforeEach(async () => {
  at = await startBesideAlpha();
  await silentPlan(at.harness, [[fleetDesk]]);
  const omar = person(at.harness, operator);
  await omar.command("failover silent because alpha nonsense", { channelId: voiceOps });
  await formSays(at.harness, omar, "1 will be switched");
  await omar.submit();
  const held = await onRecord(at.harness, { kind: "failover.held" });
  runId = held.details?.["run"] ?? "";
  // What the failover still has to tell is told before anybody watches.
  await at.harness.stopApp();
  await at.harness.startApp();
});
afterEach(async () => {
  await at.harness.close();
});

/** What became of it: nothing, if the run still holds its number. */
async function stateOfRun(): Promise<readonly unknown[]> {
  const run = await at.harness.infra.store.workspace(alpha.teamId).runs.get(runId);
  return [run.state, at.harness.vendors.cartesia.effective(fleetDesk).agentId];
}

describe("the other's failover", () => {
  it.each(["silent", "silent back", "silent stop", "silent pause", "silent drill", "silent practice"])(
    "does not exist in failover %s",
    async (words) => {
      const watch = watchAlpha(at.harness);
      await at.beaAtHome().command(`failover ${words}`);
      await watch.words();
      expect(await watch.trespasses()).toEqual([]);
      expect(await stateOfRun()).toEqual(["held", holding]);
    },
  );

  it.each(["run:pause", "run:resume", "run:without", "run:stop", "run:end", "failover:without"])(
    "is not found by its id with %s",
    async (action) => {
      const watch = watchAlpha(at.harness);
      await sendInteraction(at.harness, press(bea, action, runId));
      await toldDirectly(at.harness, bea.userId, "There is no such run");
      expect(await watch.trespasses()).toEqual([]);
      expect(await stateOfRun()).toEqual(["held", holding]);
    },
  );

  it.each([
    ["failover", { asked: { slug: "silent" } }],
    ["fail_back", {}],
  ])("cannot be confirmed by its id in the form %s", async (callbackId, more) => {
    const watch = watchAlpha(at.harness);
    const metadata = { from: {}, runId, returns: runId, ...more };
    await sendInteraction(at.harness, submission(bea, { callbackId, metadata, values: {} }));
    await toldDirectly(at.harness, bea.userId, "There is no such run");
    expect(await watch.trespasses()).toEqual([]);
    expect(await stateOfRun()).toEqual(["held", holding]);
  });
});
