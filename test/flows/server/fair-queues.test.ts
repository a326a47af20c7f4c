import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { alpha, bea, bravo } from "../../support/neighbours.ts";
import { textOf, toldInChannel } from "../../support/screen.ts";
import { quiet } from "../../support/words.ts";
import { freezeAll } from "../../support/restrictions.ts";
import { patient } from "../../support/fixtures.ts";

const bravoChannel = "C0BRAVO01";
const words = (text: string) => ({ text, blocks: [{ type: "section", text: { type: "mrkdwn", text } }] });

let harness: Harness;
beforeEach(async () => {
  const channels = [{ id: bravoChannel, name: "bravo", botIsMember: true }];
  harness = await startHarness({
    workspaces: [alpha, { ...bravo, channels }],
    connected: ["cartesia"],
    logTo: quiet,
    outboxEveryMs: 30,
  });
  await harness.stopApp();
});
afterEach(async () => {
  await harness.close();
});

// A3
it("announces in one workspace while a thousand messages wait for a channel of another that is gone", async () => {
  const { outbox } = harness.infra.store;
  const waiting = Array.from({ length: 1_100 }, (_, at) => words(`alpha ${at}`));
  await Promise.all(
    waiting.map(async (message) => outbox.add(alpha.teamId, { channelId: "C0GONE001" }, message)),
  );
  // The same workspace's other channels are as little held up.
  await outbox.add(alpha.teamId, { channelId: "C0VOICE01" }, words("for the living"));
  const actor = { kind: "cli", osUser: "test" } as const;
  const { settings } = harness.infra.store.workspace(bravo.teamId);
  await settings.write({ announcementsChannelId: bravoChannel }, { actor, requestId: "req_settings" });
  await harness.startApp();
  await freezeAll(harness, bea.userId, "freeze all because we migrate", {
    channelId: bravoChannel,
    teamId: bravo.teamId,
  });
  expect(textOf(await toldInChannel(harness, bravoChannel, "we migrate"))).toContain("all numbers");
  await toldInChannel(harness, "C0VOICE01", "for the living");
  // It leaves the queue once Slack has answered.
  await vi.waitFor(async () => {
    expect(await outbox.hasPending(alpha.teamId, { channelId: "C0VOICE01" })).toBe(false);
  }, patient);
  const left = await outbox.next(alpha.teamId, JSON.stringify({ channelId: "C0GONE001" }), 2_000);
  expect(left.messages).toHaveLength(1_100);
});
