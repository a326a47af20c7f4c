import { afterEach, expect, it, vi } from "vitest";
import { minute, patient, voiceOps } from "../../support/fixtures.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

let at: TemporaryChangeHarness;
afterEach(async () => {
  await at.harness.close();
});

// O8
it("reverts no change and expires no freeze or request while the clock is wrong", async () => {
  let isOff = false;
  at = await startTemporaryChangeHarness({ isClockSkewed: () => isOff, approvalsEveryMs: 10 });
  await at.reassign();
  const { freezes } = at.harness.infra.store.workspace("T0PATCH01");
  const omar = person(at.harness, "U0OPER001");
  await omar.command("freeze Claims for 10m because of a storm", { channelId: voiceOps });
  await vi.waitFor(async () => expect(await freezes.list()).toHaveLength(1), patient);
  isOff = true;
  const patches = at.patches().length;
  at.pass(31 * minute);
  await omar.command("reassign Claims to Dispatch", { channelId: voiceOps });
  await formSays(at.harness, omar, "frozen");
  await omar.close();
  expect([at.patches().length, (await freezes.list()).length]).toEqual([patches, 1]);
  isOff = false;
  await vi.waitFor(() => expect(at.patches()).toHaveLength(patches + 1), patient);
  await vi.waitFor(async () => expect(await freezes.list()).toEqual([]), patient);
});

// O8
it("tells the conversation once that a temporary change waits for the clock, and then that it expired", async () => {
  let isOff = false;
  at = await startTemporaryChangeHarness({ isClockSkewed: () => isOff });
  await at.reassign();
  isOff = true;
  const before = at.harness.slack.messages(voiceOps).length;
  const news = (): string[] =>
    at.harness.slack
      .messages(voiceOps)
      .slice(before)
      .map((message) => textOf(message));
  at.pass(31 * minute);
  await toldInChannel(at.harness, voiceOps, "waits: the clock of Patchbay's server is wrong");
  expect(news().join()).toContain("Nothing was changed.");
  at.pass(minute);
  isOff = false;
  await toldInChannel(at.harness, voiceOps, "was restored");
  expect(news().filter((text) => text.includes("clock of Patchbay's server"))).toHaveLength(1);
});
