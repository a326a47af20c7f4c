import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { press, sendInteraction, submission } from "../../support/forged-requests.ts";
import { alpha, bea, bravo, watchAlpha } from "../../support/neighbours.ts";
import { toldDirectly } from "../../support/record.ts";
import { formSays, toldAlone } from "../../support/screen.ts";
import { startBesideAlpha, type BesideAlpha } from "./beside-alpha.ts";

let at: BesideAlpha;
beforeEach(async () => {
  at = await startBesideAlpha();
});
afterEach(async () => {
  await at.harness.close();
});

describe("the other's incident", () => {
  it.each(["incident INC-ALPHA1", "incident end INC-ALPHA1", "incident INC-ALPHA1 "])(
    "does not exist in %s",
    async (line) => {
      await at.startIncident();
      const watch = watchAlpha(at.harness);
      await at.beaAtHome().command(line);
      await toldAlone(at.harness, bea.userId, "There is no incident INC-ALPHA1.");
      expect(await watch.trespasses()).toEqual([]);
      expect((await at.incidentsOf(alpha.teamId).get("INC-ALPHA1")).endedAt).toBeUndefined();
    },
  );

  it("cannot be reverted, or be named in a change", async () => {
    await at.startIncident();
    const watch = watchAlpha(at.harness);
    await at.beaAtHome().command("incident revert INC-ALPHA1");
    await formSays(at.harness, at.beaAtHome(), "There is no incident INC-ALPHA1.");
    await at.beaAtHome().close();
    await at.beaAtHome().command("rename Bravo line to Stolen incident INC-ALPHA1");
    await formSays(at.harness, at.beaAtHome(), "*After:*");
    await at.beaAtHome().submit();
    await formSays(at.harness, at.beaAtHome(), "There is no incident INC-ALPHA1.");
    expect(await watch.trespasses()).toEqual([]);
  });

  it("has a revert that cannot be confirmed or read by its id, and a key that is free here", async () => {
    await at.startIncident();
    const { runs } = at.harness.infra.store.workspace(alpha.teamId);
    const of = { kind: "revert", incident: "INC-ALPHA1" } as const;
    const revert = { id: "rev_alpha", ...of, by: { userId: bea.userId }, steps: [] };
    await runs.show(revert);
    const watch = watchAlpha(at.harness);
    const form = { from: {}, revertId: "rev_alpha" };
    await sendInteraction(
      at.harness,
      submission(bea, { callbackId: "revert_incident", metadata: form, values: {} }),
    );
    await toldDirectly(at.harness, bea.userId, "There is no such run");
    const page = JSON.stringify({ id: "rev_alpha", page: 0 });
    await sendInteraction(at.harness, press(bea, "revert:page:older", page));
    await at.beaAtHome().command("incident start INC-ALPHA1", { channelId: "C0BRAVO01" });
    await at.harness.slack.eventually("Bravo's own", async () =>
      at.incidentsOf(bravo.teamId).openIn("C0BRAVO01"),
    );
    expect(await watch.trespasses()).toEqual([]);
    expect(await runs.running()).toEqual([]);
  });
});
