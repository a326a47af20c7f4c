import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { Installations } from "../../../src/domain/ports/installations.ts";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { processLocks } from "../../../src/domain/ports/locks.ts";
import { tokenRotation } from "../../../src/slack/installation/token-rotation.ts";
import { findByKey } from "../../../src/slack/installation/installation-store.ts";
import { alpha, bravo } from "../../support/neighbours.ts";
import { toldAlone } from "../../support/screen.ts";

const twelveHours = 43_200;
const soon = 60;

let harness: Harness;
const rotation = { lifetimeSeconds: soon };
beforeEach(async () => {
  aheadMs = 0;
  rotation.lifetimeSeconds = soon;
  harness = await startHarness({
    workspaces: [alpha, bravo],
    connected: [],
    environment: { LOG_LEVEL: "silent" },
    tokenRotation: rotation,
  });
});
afterEach(async () => {
  await harness.close();
});

it("exchanges a token that expires soon once, however many requests arrive, and keeps the time of installation", async () => {
  const before = await installed();
  rotation.lifetimeSeconds = twelveHours;
  await Promise.all(["list", "history", "connections", "help"].map(async (verb) => bea().command(verb)));
  await toldAlone(harness, "U0BRAVO01", "No vendor account is connected yet");
  await harness.slack.eventually("a new token", async () => (await token()) !== before.token);
  await bea().command("list");
  await harness.slack.eventually("an answer by it", () => harness.slack.ephemerals("U0BRAVO01").length > 4);
  expect(refreshes()).toHaveLength(1);
  const kept = (await harness.infra.installations.list()).find(({ key }) => key === bravo.teamId);
  expect(kept?.installedAt).toBe(before.installedAt);
});

it("exchanges tokens that expire soon at the start, without a request", async () => {
  const { token: before } = await installed();
  rotation.lifetimeSeconds = twelveHours;
  await harness.stopApp();
  await harness.startApp();
  await harness.slack.eventually("a new token", async () => (await token()) !== before);
  expect(refreshes()).toHaveLength(1);
});

it("leaves a token alone that is good for hours, even after a restart", async () => {
  const before = await installed();
  rotation.lifetimeSeconds = twelveHours;
  await harness.stopApp();
  await harness.startApp();
  await harness.slack.eventually("a new token", async () => (await token()) !== before.token);
  const exchanged = refreshes().length;
  await harness.stopApp();
  await harness.startApp();
  await bea().command("list");
  await toldAlone(harness, "U0BRAVO01", "No vendor account is connected yet");
  await harness.stopApp();
  expect(refreshes()).toHaveLength(exchanged);
});

it("waits for a new token if the old one has expired", async () => {
  rotation.lifetimeSeconds = 1;
  const { token: before } = await installed();
  rotation.lifetimeSeconds = twelveHours;
  await harness.slack.eventually("the token's end", async () => !(await works(before)));
  await bea().command("list");
  await toldAlone(harness, "U0BRAVO01", "No vendor account is connected yet");
  expect(harness.slack.calls.filter(({ error }) => error === "token_expired")).toSatisfy((ended: unknown[]) =>
    ended.every((call) => JSON.stringify(call).includes("auth.test")),
  );
});

it("keeps a new token that the database did not accept, and stores it later", async () => {
  const { token: before } = await installed();
  await harness.stopApp();
  rotation.lifetimeSeconds = twelveHours;
  const { tokens, logged } = ours({
    renew: async () => {
      throw new Problem("not_recorded", "Patchbay's database could not be written: its disk is full.");
    },
  });
  await tokens.refreshDue();
  expect(logged).toContain("token not exchanged");
  expect(await token()).toBe(before);
  failing = false;
  await tokens.refreshDue();
  expect(await token()).not.toBe(before);
  expect(await works(await token())).toBe(true);
  expect(refreshes()).toHaveLength(1);
});

it("does not bring back an installation that was removed meanwhile", async () => {
  await installed();
  await harness.stopApp();
  const { tokens } = ours({
    renew: async (key, ...rest) => {
      await harness.infra.installations.remove(key);
      return harness.infra.installations.renew(key, ...rest);
    },
  });
  await tokens.refreshDue();
  expect(await harness.infra.installations.find(bravo.teamId)).toBeUndefined();
});

// C1
it("exchanges a token that a clock a day ahead has dated, once", async () => {
  await installed();
  await harness.stopApp();
  rotation.lifetimeSeconds = twelveHours;
  aheadMs = 86_400_000;
  await ours({}).tokens.refreshDue();
  const dated = await token();
  aheadMs = 0;
  const { tokens } = ours({});
  await tokens.refreshDue();
  expect(await token()).not.toBe(dated);
  await tokens.refreshDue();
  expect(refreshes()).toHaveLength(2);
});

// C1
it("exchanges its own token in time, though the clock was set back since", async () => {
  await installed();
  await harness.stopApp();
  const { tokens } = ours({});
  await tokens.refreshDue();
  aheadMs = -20 * 3_600_000;
  await tokens.refreshDue();
  expect(refreshes()).toHaveLength(2);
});

it("tries a rejected refresh token once, and says what to do", async () => {
  await installed();
  await harness.stopApp();
  harness.slack.fail("oauth.v2.access", { error: "invalid_refresh_token" });
  const { tokens, logged } = ours({});
  await tokens.refreshDue();
  await tokens.refreshDue();
  expect(refreshes()).toHaveLength(1);
  expect(logged.join()).toContain("install Patchbay there again");
});

it("spends a refresh token once over two replicas", async () => {
  await installed();
  await harness.stopApp();
  rotation.lifetimeSeconds = twelveHours;
  const shared = processLocks();
  const replicas = [ours({}, shared), ours({}, shared)];
  await Promise.all(replicas.map(async ({ tokens }) => tokens.refreshDue()));
  expect(refreshes()).toHaveLength(1);
  expect(await works(await token())).toBe(true);
});

it("is content with the token of a replica that spent the refresh token in spite of the lock", async () => {
  await installed();
  await harness.stopApp();
  rotation.lifetimeSeconds = twelveHours;
  const before = await harness.infra.installations.find(bravo.teamId);
  await ours({}).tokens.refreshDue();
  const reads = [before];
  const { find } = harness.infra.installations;
  const { tokens, logged } = ours({ find: async (key) => reads.pop() ?? find(key) });
  await tokens.refreshDue();
  expect(refreshes()).toHaveLength(2);
  expect(logged).toEqual([]);
  expect(await works(await token())).toBe(true);
});

let failing = true;
/** How far ahead the clock is by which our own exchanges date a token. */
let aheadMs = 0;

/** The app's own exchanges, on a store that does something else. */
function ours(different: Partial<Installations>, locks = processLocks()) {
  failing = true;
  const real = harness.infra.installations;
  const logged: string[] = [];
  const say = (_fields: unknown, words: string): void => void logged.push(words);
  const renew: Installations["renew"] = async (...args) =>
    failing && different.renew ? different.renew(...args) : real.renew(...args);
  const tokens = tokenRotation({
    installations: { ...real, ...different, renew },
    clientId: "1.1",
    clientSecret: "demo-client-secret-77aa",
    slackApiUrl: harness.slack.apiUrl,
    locks,
    log: { info: say, warn: say, error: say },
    now: () => new Date(Date.now() + aheadMs),
    monotonicMs: () => performance.now(),
    clock: { isSkewed: () => false },
    onReplaced: () => undefined,
    track: () => undefined,
  });
  return { tokens, logged };
}

async function installed(): Promise<{ readonly token: string; readonly installedAt: string | undefined }> {
  const page = await harness.slack.install(`${harness.url()}/slack/install`, bravo.teamId, "U0BRAVO01");
  expect(page.status).toBe(200);
  const kept = await harness.infra.installations.find(bravo.teamId);
  return { token: await token(), installedAt: kept?.installedAt };
}

async function token(): Promise<string> {
  return (await findByKey(harness.infra.installations, bravo.teamId))?.botToken ?? "";
}

async function works(bearer: string): Promise<boolean> {
  const answer = await fetch(`${harness.slack.apiUrl}auth.test`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}` },
  });
  return JSON.stringify(await answer.json()).includes('"ok":true');
}

function refreshes() {
  return harness.slack.calls.filter(({ args }) => args["grant_type"] === "refresh_token");
}

function bea() {
  return harness.slack.as(bravo.teamId, "U0BRAVO01");
}
