import { afterEach, expect, it, vi } from "vitest";
import { pauseRun } from "../../../src/operations/runs/steer-run.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { operator, patient, teamId, voiceOps } from "../../support/fixtures.ts";
import { startFailoverHarness, type FailoverHarness } from "../../support/failover/failover-run.ts";
import { person, textOf, toldInChannel } from "../../support/screen.ts";

const timeout = 60_000;
const askFirst = [{ name: "canary", askBeforeNext: true }, { name: "rest" }];
let at: FailoverHarness;
afterEach(async () => {
  await at.harness.close();
});

const ctx = (): Context =>
  at.harness.infra.contextFor(
    teamId,
    { kind: "user", userId: operator, workspaceId: teamId },
    {
      authorizer: { permissions: async () => ({ role: "operator", approver: false, deniedConnections: [] }) },
    },
  );
const messages = () => at.harness.slack.messages(voiceOps);
/** What the messages about the run say, oldest first, without those that only point to a newer one. */
const shown = () =>
  messages().filter((each) => !textOf(each).includes("a newer message below has its state"));
const withButtons = () => messages().filter((each) => /Pause|Stop|Continue|Fail back/u.test(textOf(each)));
const posted = () =>
  at.harness.slack.calls.filter(
    ({ method, args }) => method === "chat.postMessage" && JSON.stringify(args).includes("cartesia-down"),
  );

it("shows its progress in the newest message, and only that one has buttons", { timeout }, async () => {
  at = await startFailoverHarness({ speechify: 12 });
  const id = await at.begin({ tiers: askFirst });
  // The older message may say so before the new one is posted.
  await vi.waitFor(() => {
    expect(posted()).toHaveLength(2);
    expect(withButtons()).toHaveLength(1);
  }, patient);
  const asking = await toldInChannel(at.harness, voiceOps, "Tier canary is through");
  expect(withButtons().map(({ ts }) => ts)).toEqual([asking.ts]);
  const older = messages().find((each) => textOf(each).includes("a newer message below has its state"));
  expect(JSON.stringify(older?.blocks)).toContain(
    `/archives/${voiceOps}/p${asking.ts.replace(".", "")}|Show it>`,
  );
  at.harness.vendors.speechify.limitRate({ burst: 4, perSecond: 2 });
  await person(at.harness, operator).click("run:resume", { in: asking });
  const running = await toldInChannel(at.harness, voiceOps, "is running");
  expect(running.ts).toBe(asking.ts);
  await at.becomes(id, "held");
  const held = await toldInChannel(at.harness, voiceOps, "12 of 12 changed. They stay switched until");
  await vi.waitFor(() => {
    expect(shown().map(({ ts }) => ts)).toEqual([held.ts]);
    expect(withButtons().map(({ ts }) => ts)).toEqual([held.ts]);
  }, patient);
  expect(posted()).toHaveLength(3);
});

it("goes on with the same message after a restart", { timeout }, async () => {
  at = await startFailoverHarness({ speechify: 16 });
  at.harness.vendors.speechify.limitRate({ burst: 4, perSecond: 1 });
  await at.begin();
  const first = await toldInChannel(at.harness, voiceOps, "is running");
  await at.harness.stopApp();
  const before = textOf(messages().find(({ ts }) => ts === first.ts));
  await at.harness.startApp();
  await vi.waitFor(() => {
    const now = textOf(messages().find(({ ts }) => ts === first.ts));
    expect(now).toContain("is running");
    expect(now).not.toBe(before);
  }, patient);
  expect(posted()).toHaveLength(1);
});

it("says what was found out about a number that was unknown when it was through", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 3 });
  const { cartesia } = at.harness.vendors;
  const [, lost = ""] = at.ids("cartesia");
  let isHidden = false;
  cartesia.fault(
    { kind: "apply-then-500" },
    {
      times: 1,
      on: ({ method, path }) => {
        const isSent = method === "PATCH" && path.includes(lost);
        isHidden ||= isSent;
        return isSent;
      },
    },
  );
  cartesia.fault(
    { kind: "status", status: 503 },
    { on: ({ method, path }) => isHidden && method === "GET" && path.includes(lost) },
  );
  const id = await at.begin();
  const held = await at.becomes(id, "held");
  expect(held.steps.map(({ result }) => result?.outcome)).toEqual(["applied", "unknown", "applied"]);
  const told = await toldInChannel(at.harness, voiceOps, "2 of 3 changed. They stay switched until");
  isHidden = false;
  await vi.waitFor(() => {
    at.pass(60_000);
    const now = textOf(messages().find(({ ts }) => ts === told.ts));
    expect(now).toContain("3 of 3 changed. They stay switched until");
    expect(now).not.toContain("Unknown");
  }, patient);
  expect(at.patches("cartesia")).toBe(3);
});

it("is delivered once when Slack is away for a while", { timeout }, async () => {
  at = await startFailoverHarness({ speechify: 16 });
  at.harness.vendors.speechify.limitRate({ burst: 8, perSecond: 2 });
  at.harness.slack.fail("chat.postMessage", { error: "internal_error" });
  const id = await at.begin();
  await vi.waitFor(() => expect(at.switched("speechify")).toBeGreaterThan(8), patient);
  await pauseRun(ctx(), id);
  await at.becomes(id, "paused");
  const waiting = async () =>
    (await at.harness.infra.store.outbox.waiting()).map(({ message }) => JSON.stringify(message));
  await vi.waitFor(async () => {
    const [first, last, ...others] = await waiting();
    expect([first, last]).toEqual([
      expect.stringContaining("is running"),
      expect.stringContaining("is paused"),
    ]);
    expect(others).toEqual([]);
  }, patient);
});

it("closes a message that a process posted right before it was killed", { timeout }, async () => {
  at = await startFailoverHarness({ speechify: 3 });
  const id = await at.begin({ tiers: askFirst });
  const asking = await toldInChannel(at.harness, voiceOps, "Tier canary is through");
  // Its address was never stored.
  const { slack } = at.harness;
  await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: "Bearer xoxb-demo-0123456789-first", "content-type": "application/json" },
    body: JSON.stringify({ channel: voiceOps, text: asking.text, blocks: asking.blocks }),
  });
  // As somebody still sees it when the app has closed it.
  const left = await toldInChannel(at.harness, voiceOps, "Tier canary is through");
  const omar = person(at.harness, operator);
  await omar.click("run:resume", { in: asking });
  const held = await toldInChannel(at.harness, voiceOps, "3 of 3 changed. They stay switched until");
  await omar.click("run:stop", { in: left });
  await vi.waitFor(() => expect(withButtons().map(({ ts }) => ts)).toEqual([held.ts]), patient);
  expect((await at.becomes(id, "held")).state).toBe("held");
});
