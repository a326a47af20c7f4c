import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { openArchive } from "../../../src/open-archive.ts";
import type { ChainVerdict } from "../../../src/domain/audit/audit-chain.ts";
import { cli, voiceOps } from "../../support/fixtures.ts";
import { textOf, toldInChannel } from "../../support/screen.ts";

const hour = 60 * 60_000;

let harness: Harness;
let clockMs: number;
beforeEach(async () => {
  clockMs = Date.now();
  harness = await startHarness({
    connected: ["cartesia"],
    outboxEveryMs: 20,
    now: () => new Date(clockMs),
    environment: { LOG_LEVEL: "silent" },
  });
});
afterEach(async () => {
  await harness.close();
});

async function setChannel(): Promise<void> {
  const { settings } = harness.infra.store.workspace("T0PATCH01");
  await settings.write({ checkpointsChannelId: voiceOps }, { actor: cli, requestId: "req_settings" });
}

/** Something new on record, and an hour later a process that signs it. */
async function nextCheckpoint(entry: string): Promise<void> {
  await harness.stopApp();
  const { audit } = harness.infra.store.workspace("T0PATCH01");
  await audit.append({ kind: "action.refused", actor: cli, requestId: entry });
  clockMs += hour;
  await harness.startApp();
}

const signed = (): string[] =>
  readFileSync(`${harness.settings.databasePath}.checkpoints.jsonl`, "utf8").trim().split("\n");
const shown = (): string[] => harness.slack.messages(voiceOps).map((message) => textOf(message));

it("posts each signed checkpoint in the workspace's channel, verbatim and once", async () => {
  await setChannel();
  await nextCheckpoint("req_1");
  // O13: what is new when the app stops is signed then, and shown as well.
  await harness.slack.eventually("two checkpoints", () => shown().length === 2);
  await nextCheckpoint("req_2");
  await harness.slack.eventually("three checkpoints", () => shown().length === 3);
  // A start without anything new signs nothing.
  await harness.stopApp();
  await harness.startApp();
  const [, ...since] = signed();
  expect(since).toHaveLength(3);
  expect(shown()).toHaveLength(3);
  for (const [at, line] of since.entries()) expect(shown()[at]).toContain(`\`\`\`${line}\`\`\``);
  expect(harness.slack.messages(voiceOps).at(-1)?.text).toContain(since.at(-1));
});

it("posts it later and in order if Slack does not accept it now", async () => {
  await setChannel();
  harness.slack.fail("chat.postMessage", { error: "fatal_error" });
  await nextCheckpoint("req_1");
  await waiting(2);
  await nextCheckpoint("req_2");
  await waiting(3);
  expect(shown()).toEqual([]);
  harness.slack.clearFailures();
  await toldInChannel(harness, voiceOps, signed().at(-1) ?? "no line");
  const [, ...since] = signed();
  expect(shown()).toHaveLength(3);
  for (const [at, line] of since.entries()) expect(shown()[at]).toContain(line);
  expect(shown()[0]).toContain("late: Slack did not take it before.");
});

it("posts nothing for a workspace without a channel", async () => {
  await nextCheckpoint("req_1");
  expect(signed()).toHaveLength(2);
  await harness.stopApp();
  expect(shown()).toEqual([]);
  expect(await harness.infra.store.outbox.waiting()).toEqual([]);
});

it("is an anchor that a log has to match", async () => {
  await setChannel();
  await nextCheckpoint("req_1");
  const told = await toldInChannel(harness, voiceOps, "Audit log checkpoint");
  const [, line = ""] = /```(\{.*\})```/u.exec(textOf(told)) ?? [];
  expect(await verdict(`${line}\n`)).toBe("intact");
  expect(await verdict(line.replace(/"count":\d+/u, '"count":1'))).toBe("forged");
});

async function waiting(count: number): Promise<void> {
  await harness.slack.eventually(
    `${count} in the outbox`,
    async () => (await harness.infra.store.outbox.waiting()).length === count,
  );
}

async function verdict(checkpoints: string): Promise<ChainVerdict | undefined> {
  const archive = await openArchive(harness.settings);
  try {
    for await (const report of archive.verify({ checkpoints, workspaceId: "T0PATCH01" }))
      return report.verdict;
    return undefined;
  } finally {
    await archive.close();
  }
}
