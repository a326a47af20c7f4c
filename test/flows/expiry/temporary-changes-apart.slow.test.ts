import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import { press, sendInteraction, type Sender } from "../../support/forged-requests.ts";
import { alpha, bea, bravo, startNeighbours, watchAlpha } from "../../support/neighbours.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";

let harness: Harness;
let button: string;
beforeEach(async () => {
  harness = await startNeighbours();
  const omar = person(harness, "U0OPER001");
  await omar.command('rename Roadside to "Roadside night" for 1h', { channelId: "C0INCID01" });
  await formSays(harness, omar, "*Reverts*");
  await omar.submit();
  await toldInChannel(harness, "C0INCID01", "Renamed by");
  const [temporary] = await harness.infra.store.workspace(alpha.teamId).temporaryChanges.open();
  button = JSON.stringify({ change: temporary?.changeId, ends: temporary?.endsAt.toISOString() });
});
afterEach(async () => {
  await harness.close();
});

const endsOfAlpha = async () =>
  (await harness.infra.store.workspace(alpha.teamId).temporaryChanges.open()).map(({ endsAt }) => endsAt);

describe("the expiry of another workspace's change", () => {
  it.each(["keep_change", "extend_change", "end_change", "end_change:status"])(
    "cannot be decided by a forged %s",
    async (actionId) => {
      const before = await endsOfAlpha();
      const watch = watchAlpha(harness);
      await sendInteraction(harness, press(bea, actionId, button));
      await toldDirectly(harness, bea.userId, "There is no such change");
      expect(await endsOfAlpha()).toEqual(before);
      expect(await watch.trespasses()).toEqual([]);
    },
  );

  it("is listed only in its own workspace's status", async () => {
    const watch = watchAlpha(harness);
    await person(harness, bea.userId, bravo.teamId).command("status");
    expect(textOf(await toldAlone(harness, bea.userId, "All clear"))).not.toContain("Roadside");
    expect(await watch.trespasses()).toEqual([]);
  });
});

describe("a forged button", () => {
  const omar: Sender = { userId: "U0OPER001", teamId: alpha.teamId };

  it.each(["", "{}", '{"change":"chg_1","ends":"tomorrow"}', "chg_1"])(
    "with %j decides nothing",
    async (value) => {
      const before = await endsOfAlpha();
      await sendInteraction(harness, press(omar, "keep_change", value));
      await toldDirectly(harness, omar.userId, "This button belongs to another version of Patchbay");
      expect(await endsOfAlpha()).toEqual(before);
    },
  );

  it("for a permanent change is refused and recorded", async () => {
    const [first] = await harness
      .audit(alpha.teamId)
      .then((all) => all.filter(({ kind }) => kind === "change.requested"));
    const value = JSON.stringify({ change: first?.changeId, ends: "2026-01-01T00:00:00.000Z" });
    await sendInteraction(harness, press(omar, "extend_change", value));
    await toldDirectly(harness, omar.userId, "This change is not temporary");
    const entry = await onRecord(harness, {
      kind: "timed.extended",
      code: "not_found",
      workspaceId: alpha.teamId,
    });
    expect(entry).toMatchObject({ outcome: "refused", changeId: first?.changeId });
  });
});
