import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { roadside, voiceOps } from "../../support/fixtures.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { opens, quiet } from "../../support/words.ts";
import { change } from "../../support/undo.ts";

const north = "ap_M4x8Kp2R";
const south = "ap_T7c3Wn9Q";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia", "dialnexa"], logTo: quiet });
  await omar().command("incident start INC-7", { channelId: voiceOps });
  await toldInChannel(harness, voiceOps, "INC-7");
});
afterEach(async () => {
  await harness.close();
});

const omar = () => person(harness, "U0OPER001");
const ada = () => person(harness, "U0ADMIN01");
const agentOf = (id: string) => harness.vendors.cartesia.effective(id).agentId;

async function changeAll(...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    await change(harness, omar(), line, voiceOps);
    await omar().close();
  }
}

async function freeze(what: string): Promise<void> {
  await ada().command(`freeze ${what} because the carrier moves it`, { channelId: voiceOps });
  await toldInChannel(harness, voiceOps, "is frozen");
}

const preview = async (): Promise<string> =>
  textOf(
    await opens(
      harness,
      omar(),
      async () => omar().command("incident revert", { channelId: voiceOps }),
      "will *not*",
    ),
  );

it("predicts what a freeze, a protection and denied connections block, says why, and reverts the rest", async () => {
  await changeAll(
    'reassign "Dispatch north" to "Holding message"',
    'reassign "Dispatch south" to "Holding message"',
    "reassign Roadside to Dispatch",
    "reassign 0147 to Night desk",
  );
  await protectNumber(harness, roadside, { channelId: voiceOps });
  await freeze('"Dispatch south"');
  const connectionId = harness.connections.dialnexa?.id ?? "";
  await settle(harness, { connectionOperators: { [connectionId]: { people: ["U0ADMIN01"], groups: [] } } });
  const shown = await preview();
  expect(shown).toContain("*1 change will be reverted*");
  expect(shown).toMatch(/\*Roadside\*[^\n]* will \*not\* be restored by you[^\n]*This number is protected/u);
  expect(shown).toMatch(/Ask for it with `\/number undo chg_/u);
  expect(shown).toMatch(/\*Dispatch south\*[^\n]*frozen[^\n]*Why: the carrier moves it/u);
  expect(shown).toMatch(/\*Support overflow\*[^\n]*You may not change the numbers of this connection/u);
  await omar().submit();
  await toldInChannel(harness, voiceOps, "1 of 1 change reverted. 3 changes not reverted.");
  expect([agentOf(north), agentOf(south), agentOf(roadside)]).toEqual([
    "agent_7hN4pZc2",
    "agent_2mB6tYf1",
    "agent_7hN4pZc2",
  ]);
});

it("says why a number that was frozen or protected since the preview was not reverted", async () => {
  await changeAll('reassign "Dispatch south" to "Holding message"', "reassign Roadside to Dispatch");
  await opens(
    harness,
    omar(),
    async () => omar().command("incident revert", { channelId: voiceOps }),
    "2 changes will be reverted",
  );
  await protectNumber(harness, roadside, { channelId: voiceOps });
  await freeze('"Dispatch south"');
  await omar().submit();
  const form = textOf(await formSays(harness, omar(), "0 of 2 changes reverted"));
  expect(form).toMatch(/\*Roadside\*[^\n]*was \*not\* restored[^\n]*someone else must approve/u);
  expect(form).toMatch(/\*Dispatch south\*[^\n]*was \*not\* restored[^\n]*Why: the carrier moves it/u);
  const refused = (await harness.audit()).filter(({ kind }) => kind === "change.refused");
  expect(new Set(refused.map(({ problem }) => problem?.code))).toEqual(
    new Set(["approval_required", "frozen"]),
  );
  expect([agentOf(south), agentOf(roadside)]).toEqual(["agent_2mB6tYf1", "agent_7hN4pZc2"]);
});
