import { existsSync, renameSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { admin } from "../../support/fixtures.ts";
import { bravo } from "../../support/neighbours.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const away = "its file was deleted or moved away";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({
    workspaces: [demoWorkspace, bravo],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
});
afterEach(async () => {
  comeBack();
  await harness.close();
});

const path = (): string => harness.settings.databasePath;
const goAway = (): void => renameSync(path(), `${path()}.away`);
function comeBack(): void {
  if (existsSync(`${path()}.away`)) renameSync(`${path()}.away`, path());
}
const kinds = async (workspaceId: string): Promise<string[]> =>
  (await harness.audit(workspaceId)).map(({ kind }) => kind);
const install = async () =>
  harness.slack.install(`${harness.url()}/slack/install`, bravo.teamId, bravo.users[0]?.id ?? "");

describe("an installation while the database is gone", () => {
  beforeEach(async () => {
    await harness.infra.installations.remove(bravo.teamId);
  });

  it("says so in the browser, stores nothing, and works once the database is back", async () => {
    goAway();
    const { status, body: page } = await install();
    expect(status).toBe(503);
    expect(page).toContain(away);
    expect(page).toMatch(/Nothing was stored here\.[^]*this id to the person who runs Patchbay: <code>req_/u);
    comeBack();
    expect(await harness.infra.installations.find(bravo.teamId)).toBeUndefined();
    expect(await kinds(bravo.teamId)).toEqual([]);
    expect((await install()).status).toBe(200);
    expect(await kinds(bravo.teamId)).toEqual(["workspace.installed"]);
  });
});

it("removes a workspace once the database is back if it uninstalled meanwhile", async () => {
  await harness.connect("speechify", bravo.teamId, "Bravo speechify");
  goAway();
  const eventTime = Math.floor(Date.now() / 1000) + 60;
  await harness.slack.sendEvent(bravo.teamId, { type: "app_uninstalled" }, { eventTime });
  comeBack();
  expect(await harness.infra.installations.find(bravo.teamId)).toBeDefined();
  await onRecord(harness, { kind: "workspace.uninstalled", workspaceId: bravo.teamId });
  expect(await harness.infra.installations.find(bravo.teamId)).toBeUndefined();
  expect(await harness.infra.store.workspace(bravo.teamId).connections.list()).toEqual([]);
  expect(await kinds(bravo.teamId)).toEqual([
    "connection.added",
    "connection.removed",
    "workspace.uninstalled",
  ]);
});

describe("a connection while the database is gone", () => {
  let listed: SandboxMessage;
  let asked: number;
  const ada = () => person(harness, admin);
  const requests = (): number =>
    Object.values(harness.vendors).reduce((sum, vendor) => sum + vendor.requests.length, 0);
  beforeEach(async () => {
    await ada().command("connections");
    listed = await toldAlone(harness, admin, "Healthy · 6 numbers");
    asked = requests();
  });
  const expectUntouched = async (): Promise<void> => {
    expect(requests()).toBe(asked);
    comeBack();
    expect(await kinds("T0PATCH01")).toEqual(["connection.added"]);
    const [only, ...others] = await harness.infra.store.workspace("T0PATCH01").connections.list();
    expect([only?.fingerprint, others]).toEqual([harness.connections.cartesia?.fingerprint, []]);
  };

  it("is not added, and its key is sent to no vendor", async () => {
    await ada().command("connect");
    await formSays(harness, ada(), "Vendor");
    await ada().choose("vendor", { text: "OneInbox", value: "oneinbox" });
    await formSays(harness, ada(), "API key");
    await ada().fill("name", "Spare");
    await ada().fill("api_key", harness.keys.oneinbox);
    goAway();
    await ada().submit();
    expect(textOf(await formSays(harness, ada(), away))).toContain("The key was not saved");
    await expectUntouched();
  });

  it("keeps its key", async () => {
    await ada().click("replace_key", { in: listed });
    await formSays(harness, ada(), "API key");
    await ada().fill("api_key", "sk_car_another_0123456789");
    goAway();
    await ada().submit();
    expect(textOf(await formSays(harness, ada(), away))).toContain("The key was not saved");
    await expectUntouched();
  });

  it("is not removed", async () => {
    goAway();
    await ada().click("disconnect", { in: listed });
    expect(textOf(await toldAlone(harness, admin, away))).toContain("Nothing was changed");
    await expectUntouched();
  });
});
