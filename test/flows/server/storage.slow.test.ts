import { randomBytes } from "node:crypto";
import type Database from "better-sqlite3";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startApp, type Running } from "../../../src/app.ts";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { incidents, reassignLine, teamId } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";

const roadside = { id: "pn_B6d1Vz5H", from: "agent_5kR9wXd8", to: "agent_7hN4pZc2" };

let harness: Harness;
let omar: SlackPerson;
let second: Database.Database;
beforeEach(async () => {
  harness = await startHarness({
    connected: ["cartesia", "speechify"],
    environment: { LOG_LEVEL: "silent" },
  });
  omar = person(harness, "U0OPER001");
  second = openFile(harness.settings.databasePath);
});
afterEach(async () => {
  second.close();
  await harness.close();
});

describe("a database that cannot be written", () => {
  it("changes nothing and says so, and works again by itself", async () => {
    refuse("change.requested");
    await fillForm();
    await omar.submit();
    await formSays(harness, omar, "Patchbay's database could not be written");
    expect(textOf(omar.view())).toContain("Nothing was changed.");
    expectUntouched();
    allow();
    await fillForm();
    await omar.submit();
    await toldInChannel(harness, incidents, "Reassigned by");
    expect(patches()).toHaveLength(1);
  });

  it("changes nothing while another process holds it, and is not ready", async () => {
    await fillForm();
    second.exec("BEGIN IMMEDIATE");
    const [status, words] = await ready();
    expect(status).toBe(503);
    expect(words).toMatch(/^the database cannot be written: .*another process holds it/u);
    expect((await omar.submit()).delivery.status).toBe(200);
    // Everything here is one process, so Slack's connections suffer too; the words may have to take another way.
    await harness.slack.eventually("words", () =>
      [omar.view(), ...harness.slack.ephemerals("U0OPER001")].some((shown) =>
        textOf(shown).includes("another process holds it"),
      ),
    );
    expectUntouched();
    second.exec("ROLLBACK");
    expect(await ready()).toEqual([200, "ready\n"]);
    await fillForm();
    await omar.submit();
    await toldInChannel(harness, incidents, "Reassigned by");
  });

  it("stores no key that it cannot record", async () => {
    refuse("connection.added");
    const ada = person(harness, "U0ADMIN01");
    await ada.command("connect", { channelId: incidents });
    await formSays(harness, ada, "Vendor");
    await ada.choose("vendor", { text: "OneInbox", value: "oneinbox" });
    await formSays(harness, ada, "API key");
    await ada.fillByLabel("Name", "Spare");
    await ada.fill("api_key", harness.keys.oneinbox);
    await ada.submit();
    await formSays(harness, ada, "The key was not saved");
    expect(await harness.infra.store.workspace(teamId).connections.list()).toHaveLength(2);
  });

  it("says so if only the outcome could not be written, and settles it at the next start", async () => {
    await fillForm();
    refuse("change.outcome");
    await omar.submit();
    await toldInChannel(harness, incidents, "could not be written to the audit log");
    expect(patches()).toHaveLength(1);
    await harness.stopApp();
    allow();
    await harness.startApp();
    expect(await onRecord(harness, { kind: "change.outcome" })).toMatchObject({
      outcome: "applied",
      actor: { kind: "system" },
    });
    expect(patches()).toHaveLength(1);
  });
});

it("reports a change even if it cannot store where", async () => {
  await omar.command(reassignLine, { channelId: "C0VOICE01" });
  await formSays(harness, omar, "After:");
  harness.slack.expireResponseUrls();
  second.exec(`CREATE TRIGGER test_refusal BEFORE INSERT ON said_changes WHEN NEW.said LIKE '%"ts"%'
    BEGIN SELECT RAISE(ABORT, 'a test says no'); END`);
  await omar.submit();
  await toldInChannel(harness, "C0VOICE01", "Reassigned by");
  await harness.stopApp();
  expect(textOf(omar.view())).toContain("Reassigned by");
  expect(harness.slack.ephemerals("U0OPER001")).toEqual([]);
});

it("names a connection whose key cannot be decrypted, and works with the rest", async () => {
  await harness.stopApp();
  const other = { id: "other", key: new Uint8Array(randomBytes(32)) };
  const running = await restarted({ credentialKeys: [other, ...harness.settings.credentialKeys] });
  await person(harness, "U0ADMIN01").command("list", { channelId: incidents });
  expect(textOf(await toldAlone(harness, "U0ADMIN01", "12 numbers"))).not.toContain("did not answer");
  await running.stop();

  second.exec("UPDATE connections SET key_id = 'lost' WHERE vendor = 'speechify'");
  await harness.startApp();
  await omar.command("list", { channelId: incidents });
  const list = textOf(await toldAlone(harness, "U0OPER001", "6 numbers"));
  expect(list).toContain("speechify demo* did not answer");
  expect(list).toContain("cannot be opened");
  await omar.command(reassignLine, { channelId: incidents });
  await formSays(harness, omar, "Not answering just now: speechify demo");
  await omar.click("pick:");
  await formSays(harness, omar, "After:");
  await omar.submit();
  await toldInChannel(harness, incidents, "Reassigned by");
});

it("refuses every key with a message if CREDENTIAL_KEYS has only other keys", async () => {
  await harness.stopApp();
  const running = await restarted({
    credentialKeys: [{ id: "other", key: new Uint8Array(randomBytes(32)) }],
  });
  await omar.command("list", { channelId: incidents });
  expect(textOf(await toldAlone(harness, "U0OPER001", "0 numbers"))).toContain(
    "cartesia demo* did not answer",
  );
  await running.stop();
});

describe("a change that a crash interrupted", () => {
  it.each([
    { shown: "as it was asked", agent: roadside.to, outcome: "applied", words: "applied" },
    { shown: "as it was before", agent: roadside.from, outcome: "unknown", words: "unknown" },
  ])(
    "is settled as $outcome at the next start when the number is $shown",
    async ({ agent, outcome, words }) => {
      await harness.stopApp();
      await harness.infra.store.workspace(teamId).audit.append(requested());
      harness.vendors.cartesia.changeNumber(roadside.id, { agent: { id: agent } });
      await harness.startApp();
      expect(await onRecord(harness, { kind: "change.outcome" })).toMatchObject({
        outcome,
        changeId: "chg_lost",
      });
      await omar.command("history Roadside", { channelId: incidents });
      expect(textOf(await toldAlone(harness, "U0OPER001", "chg_lost"))).toContain(`${words} · `);
      expect(patches()).toEqual([]);
    },
  );
});

it("refuses a second server on the same database with a message", async () => {
  await expect(startApp(harness.settings)).rejects.toThrow(
    /another Patchbay server, process \d+ on .+, is running/u,
  );
  await omar.command("list", { channelId: incidents });
  await toldAlone(harness, "U0OPER001", "12 numbers");
});

async function restarted(settings: Partial<Harness["settings"]>): Promise<Running> {
  const running = await startApp({ ...harness.settings, ...settings });
  harness.slack.connect(`http://127.0.0.1:${running.port}/slack/events`);
  return running;
}

function requested(): AuditEvent {
  const { id = "", vendor = "cartesia", name = "" } = harness.connections.cartesia ?? {};
  return {
    kind: "change.requested",
    actor: { kind: "user", userId: "U0OPER001", workspaceId: teamId },
    requestId: "V1:lost",
    changeId: "chg_lost",
    connection: { id, vendor, name },
    number: { connectionId: id, numberId: roadside.id, e164: "+12145550152", name: "Roadside" },
    change: "reassign",
    before: { agent: roadside.from },
    wanted: { agent: roadside.to },
  };
}

/** Lets no entry of a kind be written. */
function refuse(kind: string): void {
  second.exec(`CREATE TRIGGER test_refusal BEFORE INSERT ON audit_entries WHEN NEW.kind = '${kind}'
    BEGIN SELECT RAISE(ABORT, 'a test says no'); END`);
}

function allow(): void {
  second.exec("DROP TRIGGER test_refusal");
}

async function ready(): Promise<readonly [number, string]> {
  const answer = await fetch(`${harness.url()}/readyz`);
  return [answer.status, await answer.text()];
}

async function fillForm(): Promise<void> {
  await omar.command(reassignLine, { channelId: incidents });
  await formSays(harness, omar, "After:");
}

function patches() {
  return harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH");
}

function expectUntouched(): void {
  expect(patches()).toEqual([]);
  expect(harness.vendors.cartesia.effective(roadside.id).agentId).toBe(roadside.from);
}
