import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { perMinute } from "../../../src/slack/context/rate-limits.ts";
import { announcements, guest } from "../../support/fixtures.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { settle } from "../../support/restrictions.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { person, textOf, toldAlone } from "../../support/screen.ts";
import type { HarnessOptions } from "../../../src/demo/harness-options.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const stranger = { userId: "U0ELSE001", teamId: "T0ELSE001", installedIn: "T0PATCH01" };

let harness: Harness;
const start = async (options: HarnessOptions = {}): Promise<void> => {
  // Time stands still, so that a minute's limit is not spent anew on a slow machine.
  const now = new Date();
  const channels = [
    ...demoWorkspace.channels,
    { id: announcements, name: "patchbay-log", botIsMember: true },
  ];
  harness = await startHarness({
    workspaces: [{ ...demoWorkspace, channels }],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    now: () => now,
    ...options,
  });
  await settle(harness, { announcementsChannelId: announcements });
};
beforeEach(async () => start());
afterEach(async () => harness.close());

const refusals = async (userId: string) =>
  (await harness.audit()).filter(
    ({ kind, actor }) => kind === "action.refused" && actor.kind === "user" && actor.userId === userId,
  );

// A6, E6
it("summarizes a guest's visits to the App Home in one entry and one with their count", async () => {
  const gus = person(harness, guest);
  for (let opened = 0; opened < perMinute.request.person + 20; opened += 1) await gus.openHome();
  await harness.stopApp();
  const [first, rest, ...more] = await refusals(guest);
  expect(more).toEqual([]);
  expect(first?.details?.["repeats"]).toBeUndefined();
  expect(rest?.details?.["repeats"]).toBe(String(perMinute.request.person - 1));
  expect(harness.slack.messages(announcements).filter((said) => textOf(said).includes(guest))).toEqual([]);
});

// A6
it("counts clicks of another organization separately, and summarizes them", async () => {
  for (let sent = 0; sent < perMinute.foreign.person + 20; sent += 1)
    await sendInteraction(harness, press(stranger, "unfreeze", "/"));
  await person(harness, "U0OPER001").command("list");
  await toldAlone(harness, "U0OPER001", "numbers");
  await harness.stopApp();
  const [first, rest, ...more] = await refusals(stranger.userId);
  expect(more).toEqual([]);
  expect(first?.problem?.code).toBe("not_allowed");
  expect(rest?.details?.["repeats"]).toBe(String(perMinute.foreign.person - 1));
});

// A6
it("records refusals of another kind, in another way or about something else", async () => {
  const gus = person(harness, guest);
  await gus.command("freeze all because x");
  await onRecord(harness, { kind: "action.refused", userId: guest });
  await gus.command("status");
  await harness.slack.eventually("a second entry", async () =>
    (await refusals(guest)).length === 2 ? true : undefined,
  );
  await sendInteraction(harness, press({ userId: guest, teamId: "T0PATCH01" }, "status", "x"));
  await harness.slack.eventually("a third entry", async () =>
    (await refusals(guest)).length === 3 ? true : undefined,
  );
  expect((await refusals(guest)).map(({ details }) => details?.["repeats"])).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

// E6
it("notifies each admin once of all refusals, and nobody else", async () => {
  await harness.close();
  await start({ refusalsEveryMs: 20 });
  await person(harness, guest).command("freeze all because x");
  const told = textOf(await toldDirectly(harness, "U0ADMIN01", "Refused in the last few minutes"));
  expect(told).toContain(`<@${guest}>`);
  expect(told).toContain("You may not");
  expect(harness.slack.directMessages("U0OPER001")).toEqual([]);
  expect(harness.slack.directMessages("U0ADMIN01")).toHaveLength(1);
});
