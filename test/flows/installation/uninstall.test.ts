import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { onRecord } from "../../support/record.ts";
import { toldAlone } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";
import { bravo, startInstallHarness, type InstallHarness } from "./install-harness.ts";

let at: InstallHarness;
beforeEach(async () => {
  at = await startInstallHarness();
});
afterEach(async () => {
  await at.harness.close();
});

describe.each([
  ["app_uninstalled", { type: "app_uninstalled" }],
  ["tokens_revoked", { type: "tokens_revoked", tokens: { bot: ["U0BOT0002"] } }],
])("%s", (job, event) => {
  beforeEach(async () => {
    await at.installBravo();
    await at.harness.connect("speechify", bravo.teamId, "Bravo speechify");
  });

  it("wipes the installation and the keys, and keeps the audit log", async () => {
    const before = await at.harness.audit(bravo.teamId);
    await at.harness.slack.sendEvent(bravo.teamId, event, { eventTime: seconds(60) });
    const { actor } = await onRecord(at.harness, {
      kind: "workspace.uninstalled",
      workspaceId: bravo.teamId,
    });
    expect(actor).toEqual({ kind: "system", job });
    const after = await at.harness.audit(bravo.teamId);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length)).toMatchObject([
      { kind: "connection.removed", connection: { name: "Bravo speechify" }, outcome: "applied" },
      {
        kind: "workspace.uninstalled",
        details: { connections: "1", unsaid: "0", owed: "0", unsettled: "0" },
      },
    ]);
    expect(before.map(({ kind }) => kind)).toEqual(["workspace.installed", "connection.added"]);
    expect(await at.harness.infra.store.workspace(bravo.teamId).connections.list()).toEqual([]);
    expect(await at.harness.infra.installations.find(bravo.teamId)).toBeUndefined();
    await at.bea().command("list");
    await toldAlone(at.harness, "U0BRAVO01", "not installed in your workspace");
    // The other workspace has nothing to do with it.
    expect(await at.harness.infra.store.workspace(demoWorkspace.teamId).connections.list()).toHaveLength(1);
  });

  it("is on record once when Slack repeats it", async () => {
    const first = await at.harness.slack.sendEvent(bravo.teamId, event, { eventTime: seconds(60) });
    await onRecord(at.harness, { kind: "workspace.uninstalled", workspaceId: bravo.teamId });
    await at.harness.slack.redeliver(first);
    await at.harness.stopApp();
    const kinds = (await at.harness.audit(bravo.teamId)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "workspace.uninstalled")).toHaveLength(1);
  });

  it("cancels pending work with a message, and does not resume it", async () => {
    const { store } = at.harness.infra;
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
    await at.harness.slack.sendEvent(bravo.teamId, event, { eventTime: seconds(60) });
    await onRecord(at.harness, { kind: "workspace.uninstalled", workspaceId: bravo.teamId });
    const ended = await at.harness.audit(bravo.teamId);
    expect(ended.slice(-2)).toMatchObject([
      {
        kind: "change.outcome",
        changeId: "chg_left",
        outcome: "unknown",
        problem: { code: "not_connected" },
      },
      { details: { unsaid: "1", owed: "1", unsettled: "1" } },
    ]);
    const calls = at.harness.slack.calls.length;
    await at.harness.stopApp();
    await at.harness.startApp();
    await at.harness.stopApp();
    expect(await at.harness.audit(bravo.teamId)).toEqual(ended);
    expect(at.harness.slack.calls.length).toBe(calls);
    expect(await workspace.notifications.pending()).toEqual([]);
    expect(await store.outbox.waiting()).toEqual([]);
  });

  it("finishes at the next start what the end of the process has interrupted", async () => {
    const { store, installations } = at.harness.infra;
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
    await at.harness.stopApp();
    await installations.remove(bravo.teamId);
    for (const { id } of await workspace.connections.list()) await workspace.connections.remove(id);
    await at.harness.startApp();
    await onRecord(at.harness, { kind: "workspace.uninstalled", workspaceId: bravo.teamId });
    expect((await at.harness.audit(bravo.teamId)).slice(-2)).toMatchObject([
      { kind: "change.outcome", changeId: "chg_left", outcome: "unknown" },
      { kind: "workspace.uninstalled", details: { connections: "0", unsettled: "1" } },
    ]);
  });

  it("forgets everyone's role", async () => {
    const lookups = () => at.harness.slack.calls.filter(({ method }) => method === "users.info").length;
    await at.bea().command("list");
    await toldAlone(at.harness, "U0BRAVO01", "numbers");
    const before = lookups();
    await at.harness.slack.sendEvent(bravo.teamId, event, { eventTime: seconds(1) });
    await onRecord(at.harness, { kind: "workspace.uninstalled", workspaceId: bravo.teamId });
    await at.installBravo();
    await at.bea().command("list");
    await toldAlone(at.harness, "U0BRAVO01", "No vendor account is connected yet");
    expect(lookups()).toBe(before + 1);
  });

  it("changes nothing when it is older than the installation", async () => {
    await at.harness.slack.sendEvent(bravo.teamId, event, { eventTime: seconds(-60), retry: 2 });
    await at.harness.stopApp();
    expect(await at.harness.infra.store.workspace(bravo.teamId).connections.list()).toHaveLength(1);
    expect(await at.harness.infra.installations.find(bravo.teamId)).toBeDefined();
    expect((await at.harness.audit(bravo.teamId)).map(({ kind }) => kind)).not.toContain(
      "workspace.uninstalled",
    );
  });
});

it("keeps the installation when only a person's token is revoked", async () => {
  await at.harness.slack.sendEvent(
    demoWorkspace.teamId,
    { type: "tokens_revoked", tokens: { oauth: ["U0ADMIN01"] } },
    { eventTime: seconds(60) },
  );
  await at.harness.stopApp();
  expect(await at.harness.infra.installations.find(demoWorkspace.teamId)).toBeDefined();
});

/** So many seconds from now, as Slack counts. */
function seconds(from: number): number {
  return Math.floor(Date.now() / 1000) + from;
}
