import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { AuditKind } from "../../../src/domain/audit/audit-kind.ts";
import type { Delivery } from "../../../src/sandbox/slack/index.ts";
import { admin, teamId, voiceOps } from "../../support/fixtures.ts";
import { bravo } from "../../support/neighbours.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";
import type { HarnessOptions } from "../../../src/demo/harness-options.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

let harness: Harness;
let lines: string[];
afterEach(async () => harness.close());

async function begin(options: HarnessOptions): Promise<void> {
  lines = [];
  harness = await startHarness({
    ...options,
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "info" },
    logTo: { write: (line: string) => void lines.push(line) },
  });
}

const done = (message: string): number => lines.filter((line) => line.includes(`"msg":"${message}"`)).length;
const count = async (kind: AuditKind): Promise<number> =>
  (await harness.audit()).filter((entry) => entry.kind === kind).length;

/** Sends it twice more, beside each other, and waits until the app is through with both. */
async function sentAgain(delivery: Delivery): Promise<void> {
  const before = done("request");
  const answers = await Promise.all([1, 2].map(async () => harness.slack.redeliver(delivery)));
  expect(answers.map(({ problem }) => problem)).toEqual([undefined, undefined]);
  await harness.slack.eventually("the end of both", () => done("request") === before + 2);
}

// A8: Slack sends a request anew that it holds for lost, marked by X-Slack-Retry-Num and X-Slack-Retry-Reason.
describe.each(["http", "socket"] as const)("a request that Slack repeats over %s", (mode) => {
  beforeEach(async () => begin({ mode }));

  it("acts once for a command", async () => {
    const ada = person(harness, admin);
    await ada.command("unfreeze Roadside", { channelId: voiceOps });
    await harness.slack.eventually("words that nothing is frozen", () => done("request") === 1);
    const delivery = await ada.command("freeze Roadside because we move", { channelId: voiceOps });
    await onRecord(harness, { kind: "freeze.set" });
    await ada.command("unfreeze Roadside", { channelId: voiceOps });
    await onRecord(harness, { kind: "freeze.lifted" });
    await harness.slack.eventually("the end of all", () => done("request") === 3);
    await sentAgain(delivery);
    expect(await count("freeze.set")).toBe(1);
    expect(await harness.infra.store.workspace(teamId).freezes.list()).toEqual([]);
  });

  it("acts once for a click", async () => {
    const ada = person(harness, admin);
    await ada.command("freeze Roadside because we move", { channelId: voiceOps });
    const frozen = await toldInChannel(harness, voiceOps, "frozen");
    const delivery = await ada.click("unfreeze", { in: frozen });
    await onRecord(harness, { kind: "freeze.lifted" });
    await ada.command("freeze Roadside because we move on", { channelId: voiceOps });
    await harness.slack.eventually("the end of all", () => done("request") === 3);
    await sentAgain(delivery);
    expect(await count("freeze.lifted")).toBe(1);
    expect(await harness.infra.store.workspace(teamId).freezes.list()).toHaveLength(1);
  });

  it("acts once for a form", async () => {
    const ada = person(harness, admin);
    await ada.command("rename Roadside to Detour because tried", { channelId: voiceOps });
    await formSays(harness, ada, "*After:*");
    const { delivery } = await ada.submit();
    await formSays(harness, ada, "confirmed by");
    await harness.slack.eventually("the end of both", () => done("request") === 2);
    await sentAgain(delivery);
    expect(await count("change.requested")).toBe(1);
    expect(harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH")).toHaveLength(1);
  });

  it("acts once for the opening of the App Home", async () => {
    const opening = {
      type: "app_home_opened",
      user: "U0GUEST01",
      tab: "home",
      channel: "D0GUEST01",
    } as const;
    const published = (): number =>
      harness.slack.calls.filter(({ method }) => method === "views.publish").length;
    await harness.slack.sendEvent(teamId, opening, { eventId: "Ev0HOME001" });
    await harness.slack.eventually("the App Home", () => published() === 1);
    await harness.slack.sendEvent(teamId, opening, { eventId: "Ev0HOME001", retry: 1 });
    await harness.slack.eventually("the App Home, drawn again", () => published() === 2);
    expect(await count("action.refused")).toBe(1);
  });
});

// A8
it("acts once for a repeated uninstall event, even after a new installation", async () => {
  await begin({ workspaces: [demoWorkspace, bravo] });
  const about = { eventId: "Ev0GONE001", eventTime: Math.floor(Date.now() / 1000) - 1 };
  const send = async (retry: number) =>
    harness.slack.sendEvent(teamId, { type: "app_uninstalled" }, { ...about, retry });
  await Promise.all([send(0), send(1)]);
  await harness.slack.eventually("the end of both", () => done("app_uninstalled") === 2);
  const { status } = await harness.slack.install(`${harness.url()}/slack/install`, teamId, admin);
  expect(status).toBe(200);
  await harness.connect("cartesia", teamId, "cartesia again");
  await send(2);
  await harness.slack.eventually("the end of the third", () => done("app_uninstalled") === 3);
  expect(await count("workspace.uninstalled")).toBe(1);
  expect(await harness.infra.store.workspace(teamId).connections.list()).toHaveLength(1);
});
