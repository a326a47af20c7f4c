import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scopeWords } from "../../../src/slack/installation/install-pages.ts";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { WorkspaceSeed } from "../../../src/sandbox/slack/index.ts";
import { onRecord } from "../../support/record.ts";
import { textOf, toldAlone } from "../../support/screen.ts";
import { botScopes } from "../../../src/slack/installation/oauth-config.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const bravo: WorkspaceSeed = {
  teamId: "T0BRAVO01",
  name: "Bravo",
  botToken: "xoxb-demo-0123456789-second",
  botUserId: "U0BOT0002",
  botId: "B0BOT0002",
  users: [{ id: "U0BRAVO01", name: "bea", isAdmin: true }],
  channels: [{ id: "C0BRAVO01", name: "bravo" }],
};
const orgWide: WorkspaceSeed = {
  teamId: "T0GRID001",
  name: "Grid one",
  enterpriseId: "E0GRID001",
  orgInstall: true,
  botToken: "xoxb-demo-0123456789-third",
  botUserId: "U0BOT0003",
  botId: "B0BOT0003",
  users: [{ id: "U0GRID001", name: "gil", isAdmin: true }],
  channels: [{ id: "C0GRID001", name: "grid" }],
};

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({
    workspaces: [demoWorkspace, bravo, orgWide],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
  for (const { teamId } of [bravo, orgWide]) await harness.infra.installations.remove(teamId);
});
afterEach(async () => {
  await harness.close();
});

describe("installing", () => {
  it("sets up a new workspace, and is recorded", async () => {
    await bea().command("list");
    await toldAlone(harness, "U0BRAVO01", "not installed in your workspace");
    expect((await installBravo()).status).toBe(200);
    await bea().command("list");
    await toldAlone(harness, "U0BRAVO01", "No vendor account is connected yet");
    expect(await onRecord(harness, { kind: "workspace.installed", workspaceId: bravo.teamId })).toMatchObject(
      {
        actor: { kind: "user", userId: "U0BRAVO01", workspaceId: bravo.teamId },
      },
    );
    const token = harness.slack.calls.findLast(({ method }) => method === "users.info")?.token;
    expect(token).not.toBe(demoWorkspace.botToken);
  });

  it("keys an org-wide install on the organization", async () => {
    expect((await harness.slack.install(installUrl(), orgWide.teamId, "U0GRID001")).status).toBe(200);
    expect((await harness.infra.installations.list()).map(({ key }) => key)).toContain("E0GRID001");
    await harness.connect("speechify", "E0GRID001", "Grid speechify");
    await harness.slack.as(orgWide.teamId, "U0GRID001").command("list");
    expect(textOf(await toldAlone(harness, "U0GRID001", "6 numbers"))).toContain("Grid speechify");
    await harness.slack.as(orgWide.teamId, "U0GRID001").command("reassign Spa to Reservations");
    await harness.slack.eventually("the form", () =>
      textOf(harness.slack.as(orgWide.teamId, "U0GRID001").view()).includes("After:"),
    );
  });

  it.each(["none", "another browser's"])("is refused with %s state cookie", async (whose) => {
    const start = await fetch(installUrl(), { redirect: "manual" });
    const state = stateOf(await start.text(), start.headers.get("location"));
    const other = await fetch(installUrl(), { redirect: "manual" });
    const cookie = other.headers.getSetCookie().map((each) => each.split(";")[0] ?? "");
    const before = harness.slack.calls.length;
    const back = await fetch(`${harness.url()}/slack/oauth_redirect?code=${bravo.teamId}.x&state=${state}`, {
      redirect: "manual",
      headers: whose === "none" ? {} : { cookie: cookie.join("; ") },
    });
    expect(back.status).toBeGreaterThanOrEqual(400);
    expect(await back.text()).not.toMatch(/at .+\.[jt]s:\d+/u);
    expect(harness.slack.calls.slice(before)).toEqual([]);
    expect((await harness.infra.installations.list()).map(({ key }) => key)).not.toContain(bravo.teamId);
  });

  it("says in plain words what each scope is for, and asks no page to be trusted", async () => {
    const page = await fetch(installUrl());
    const body = await page.text();
    for (const scope of botScopes) expect(body).toContain(scopeWords[scope]);
    expect(body).toContain("Removing the app wipes its token");
    const [cookie = ""] = page.headers.getSetCookie();
    for (const part of ["__Host-", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=600"])
      expect(cookie).toContain(part);
  });

  it.each(["", "also after a restart"])("is refused with a message a second time %s", async (when) => {
    const page = await fetch(installUrl());
    const state = stateOf(await page.text(), null);
    const [cookie = ""] = page.headers.getSetCookie().map((each) => each.split(";")[0]);
    const back = async (query: string) =>
      fetch(`${harness.url()}/slack/oauth_redirect?${query}&state=${state}`, { headers: { cookie } });
    await back("code=no-such-code");
    if (when === "also after a restart") {
      await harness.stopApp();
      await harness.startApp();
    }
    const calls = harness.slack.calls.length;
    const second = await back("code=no-such-code");
    expect(second.status).toBe(400);
    expect(await second.text()).toContain("or is already finished. This visit installed nothing.");
    expect(harness.slack.calls.length).toBe(calls);
  });

  it("is refused when the person says no, and without a code", async () => {
    for (const query of ["error=access_denied", "", "code=x"]) {
      const back = await fetch(`${harness.url()}/slack/oauth_redirect?${query}`, { redirect: "manual" });
      expect(back.status).toBeGreaterThanOrEqual(400);
    }
    expect(await harness.infra.installations.list()).toHaveLength(1);
  });
});

describe.each([
  ["app_uninstalled", { type: "app_uninstalled" }],
  ["tokens_revoked", { type: "tokens_revoked", tokens: { bot: ["U0BOT0002"] } }],
])("%s", (job, event) => {
  beforeEach(async () => {
    await installBravo();
    await harness.connect("speechify", bravo.teamId, "Bravo speechify");
  });

  it("wipes the installation and the keys, and keeps the audit log", async () => {
    const before = await harness.audit(bravo.teamId);
    await harness.slack.sendEvent(bravo.teamId, event, { eventTime: seconds(60) });
    const { actor } = await onRecord(harness, { kind: "workspace.uninstalled", workspaceId: bravo.teamId });
    expect(actor).toEqual({ kind: "system", job });
    const after = await harness.audit(bravo.teamId);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length)).toMatchObject([
      { kind: "connection.removed", connection: { name: "Bravo speechify" }, outcome: "applied" },
      {
        kind: "workspace.uninstalled",
        details: { connections: "1", unsaid: "0", owed: "0", unsettled: "0" },
      },
    ]);
    expect(before.map(({ kind }) => kind)).toEqual(["workspace.installed", "connection.added"]);
    expect(await harness.infra.store.workspace(bravo.teamId).connections.list()).toEqual([]);
    expect(await harness.infra.installations.find(bravo.teamId)).toBeUndefined();
    await bea().command("list");
    await toldAlone(harness, "U0BRAVO01", "not installed in your workspace");
    // The other workspace has nothing to do with it.
    expect(await harness.infra.store.workspace(demoWorkspace.teamId).connections.list()).toHaveLength(1);
  });

  it("is on record once when Slack repeats it", async () => {
    const first = await harness.slack.sendEvent(bravo.teamId, event, { eventTime: seconds(60) });
    await onRecord(harness, { kind: "workspace.uninstalled", workspaceId: bravo.teamId });
    await harness.slack.redeliver(first);
    await harness.stopApp();
    const kinds = (await harness.audit(bravo.teamId)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "workspace.uninstalled")).toHaveLength(1);
  });

  it("cancels pending work with a message, and does not resume it", async () => {
    const { store } = harness.infra;
    const workspace = store.workspace(bravo.teamId);
    const [connection] = await workspace.connections.list();
    await workspace.audit.append({
      kind: "change.requested",
      actor: { kind: "user", userId: "U0BRAVO01", workspaceId: bravo.teamId },
      requestId: "req_left",
      changeId: "chg_left",
      number: { connectionId: connection?.id ?? "", numberId: "pn_1" },
      before: { agent: "a" },
      wanted: { agent: "b" },
    });
    await workspace.notifications.keep("chg_left", { userId: "U0BRAVO01" });
    await store.outbox.add(bravo.teamId, { userId: "U0BRAVO01" }, { text: "late", blocks: [] });
    await harness.slack.sendEvent(bravo.teamId, event, { eventTime: seconds(60) });
    await onRecord(harness, { kind: "workspace.uninstalled", workspaceId: bravo.teamId });
    const ended = await harness.audit(bravo.teamId);
    expect(ended.slice(-2)).toMatchObject([
      {
        kind: "change.outcome",
        changeId: "chg_left",
        outcome: "unknown",
        problem: { code: "not_connected" },
      },
      { details: { unsaid: "1", owed: "1", unsettled: "1" } },
    ]);
    const calls = harness.slack.calls.length;
    await harness.stopApp();
    await harness.startApp();
    await harness.stopApp();
    expect(await harness.audit(bravo.teamId)).toEqual(ended);
    expect(harness.slack.calls.length).toBe(calls);
    expect(await workspace.notifications.pending()).toEqual([]);
    expect(await store.outbox.waiting()).toEqual([]);
  });

  it("finishes at the next start what the end of the process has interrupted", async () => {
    const { store, installations } = harness.infra;
    const workspace = store.workspace(bravo.teamId);
    await workspace.audit.append({
      kind: "change.requested",
      actor: { kind: "user", userId: "U0BRAVO01", workspaceId: bravo.teamId },
      requestId: "req_left",
      changeId: "chg_left",
      number: { connectionId: "con_gone", numberId: "pn_1" },
      before: { agent: "a" },
      wanted: { agent: "b" },
    });
    await harness.stopApp();
    await installations.remove(bravo.teamId);
    for (const { id } of await workspace.connections.list()) await workspace.connections.remove(id);
    await harness.startApp();
    await onRecord(harness, { kind: "workspace.uninstalled", workspaceId: bravo.teamId });
    expect((await harness.audit(bravo.teamId)).slice(-2)).toMatchObject([
      { kind: "change.outcome", changeId: "chg_left", outcome: "unknown" },
      { kind: "workspace.uninstalled", details: { connections: "0", unsettled: "1" } },
    ]);
  });

  it("forgets everyone's role", async () => {
    const lookups = () => harness.slack.calls.filter(({ method }) => method === "users.info").length;
    await bea().command("list");
    await toldAlone(harness, "U0BRAVO01", "numbers");
    const before = lookups();
    await harness.slack.sendEvent(bravo.teamId, event, { eventTime: seconds(1) });
    await onRecord(harness, { kind: "workspace.uninstalled", workspaceId: bravo.teamId });
    await installBravo();
    await bea().command("list");
    await toldAlone(harness, "U0BRAVO01", "No vendor account is connected yet");
    expect(lookups()).toBe(before + 1);
  });

  it("changes nothing when it is older than the installation", async () => {
    await harness.slack.sendEvent(bravo.teamId, event, { eventTime: seconds(-60), retry: 2 });
    await harness.stopApp();
    expect(await harness.infra.store.workspace(bravo.teamId).connections.list()).toHaveLength(1);
    expect(await harness.infra.installations.find(bravo.teamId)).toBeDefined();
    expect((await harness.audit(bravo.teamId)).map(({ kind }) => kind)).not.toContain(
      "workspace.uninstalled",
    );
  });
});

it("keeps the installation when only a person's token is revoked", async () => {
  await harness.slack.sendEvent(
    demoWorkspace.teamId,
    { type: "tokens_revoked", tokens: { oauth: ["U0ADMIN01"] } },
    { eventTime: seconds(60) },
  );
  await harness.stopApp();
  expect(await harness.infra.installations.find(demoWorkspace.teamId)).toBeDefined();
});

function bea() {
  return harness.slack.as(bravo.teamId, "U0BRAVO01");
}

function installUrl(): string {
  return `${harness.url()}/slack/install`;
}

async function installBravo() {
  return harness.slack.install(installUrl(), bravo.teamId, "U0BRAVO01");
}

/** So many seconds from now, as Slack counts. */
function seconds(from: number): number {
  return Math.floor(Date.now() / 1000) + from;
}

function stateOf(page: string, location: string | null): string {
  const [, state = ""] = /[?&;]state=([^&"]+)/u.exec(location ?? page) ?? [];
  expect(state).not.toBe("");
  return state;
}
