import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { House } from "../../../src/demo/harness.ts";
import { press, sendInteraction, type Sender } from "../../support/forged-requests.ts";
import { alpha, bea, bravo, startNeighbours, watchAlpha } from "../../support/neighbours.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";

let house: House;
let button: string;
beforeEach(async () => {
  house = await startNeighbours();
  const omar = person(house, "U0OPER001");
  await omar.command('rename Roadside to "Roadside night" for 1h', { channelId: "C0INCID01" });
  await formSays(house, omar, "*Ends:*");
  await omar.submit();
  await toldInChannel(house, "C0INCID01", "was renamed");
  const [timed] = await house.ground.store.workspace(alpha.teamId).timed.open();
  button = JSON.stringify({ change: timed?.changeId, ends: timed?.endsAt.toISOString() });
});
afterEach(async () => {
  await house.close();
});

const endsOfAlpha = async () =>
  (await house.ground.store.workspace(alpha.teamId).timed.open()).map(({ endsAt }) => endsAt);

describe("the end of another workspace's change", () => {
  it.each(["keep_change", "extend_change", "end_change", "end_change:status"])(
    "is not to be decided by a made-up %s",
    async (actionId) => {
      const before = await endsOfAlpha();
      const watch = watchAlpha(house);
      await sendInteraction(house, press(bea, actionId, button));
      await toldDirectly(house, bea.userId, "There is no such change");
      expect(await endsOfAlpha()).toEqual(before);
      expect(await watch.trespasses()).toEqual([]);
    },
  );

  it("is in no status but its own", async () => {
    const watch = watchAlpha(house);
    await person(house, bea.userId, bravo.teamId).command("status");
    expect(textOf(await toldAlone(house, bea.userId, "All is as usual"))).not.toContain("Roadside");
    expect(await watch.trespasses()).toEqual([]);
  });
});

describe("a made-up button", () => {
  const omar: Sender = { userId: "U0OPER001", teamId: alpha.teamId };

  it.each(["", "{}", '{"change":"chg_1","ends":"tomorrow"}', "chg_1"])(
    "with %j decides nothing",
    async (value) => {
      const before = await endsOfAlpha();
      await sendInteraction(house, press(omar, "keep_change", value));
      await toldDirectly(house, omar.userId, "This button is not one that this version of Patchbay made");
      expect(await endsOfAlpha()).toEqual(before);
    },
  );

  it("for a change without an end is refused, on record", async () => {
    const [first] = await house
      .audit(alpha.teamId)
      .then((all) => all.filter(({ kind }) => kind === "change.requested"));
    const value = JSON.stringify({ change: first?.changeId, ends: "2026-01-01T00:00:00.000Z" });
    await sendInteraction(house, press(omar, "extend_change", value));
    await toldDirectly(house, omar.userId, "This change has no end of its own");
    const entry = await onRecord(house, {
      kind: "timed.extended",
      code: "not_found",
      workspaceId: alpha.teamId,
    });
    expect(entry).toMatchObject({ outcome: "refused", changeId: first?.changeId });
  });
});
