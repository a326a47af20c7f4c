import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { behindIndexes } from "../../sqlite/audit/tampering.ts";
import { person } from "../../support/screen.ts";

let harness: Harness;
let aheadMs: number;
beforeEach(async () => {
  aheadMs = 0;
  harness = await startHarness({
    connected: ["cartesia"],
    timeEveryMs: 20,
    now: () => new Date(Date.now() + aheadMs),
    environment: { LOG_LEVEL: "silent" },
  });
});
afterEach(async () => {
  await harness.close();
});

const ready = async () => {
  const answer = await fetch(`${harness.url()}/readyz`);
  return { status: answer.status, words: await answer.text() };
};

it("is not ready while the clock is wrong, says by how much, and recovers when it is corrected", async () => {
  expect(await ready()).toEqual({ status: 200, words: "ready\n" });
  aheadMs = 125_000;
  const red = await harness.slack.eventually("a red light", async () => {
    const now = await ready();
    return now.status === 503 ? now : undefined;
  });
  expect(red.words).toMatch(/^the clock is off: 12[345] s ahead of the servers that were asked\n$/u);
  aheadMs = 0;
  await harness.slack.eventually("a green light", async () => (await ready()).status === 200);
});

it("reports a clock that is behind, even if only a vendor responds", async () => {
  harness.slack.fail("api.test", { status: 503 });
  aheadMs = -125_000;
  await person(harness, "U0OPER001").command("list");
  const red = await harness.slack.eventually("a red light", async () => {
    const now = await ready();
    return now.status === 503 ? now : undefined;
  });
  expect(red.words).toContain("s behind the servers");
});

// A12
it("is not ready while no checkpoint confirms the audit log, until an operator accepts it", async () => {
  await harness.stopApp();
  rmSync(`${harness.settings.databasePath}.checkpoints.jsonl`);
  await harness.startApp();
  expect(await ready()).toEqual({
    status: 503,
    words: "the audit log does not match its checkpoints: there are entries and a key, and no checkpoint\n",
  });
  await harness.infra.acceptAuditLog({ kind: "cli", osUser: "root" }, "the disk was exchanged");
  expect(await ready()).toEqual({ status: 200, words: "ready\n" });
  expect((await harness.audit()).at(-1)).toMatchObject({
    kind: "checkpoints.accepted",
    actor: { kind: "cli", osUser: "root" },
    reason: "the disk was exchanged",
    details: { faults: "there are entries and a key, and no checkpoint" },
  });
});

// O4
it("is not ready while the schema is not Patchbay's, or an index hides a freeze", async () => {
  const db = openFile(harness.settings.databasePath);
  try {
    db.exec("CREATE TRIGGER sly AFTER INSERT ON freezes BEGIN DELETE FROM freezes; END");
    const words = "the database may hide rows: it has a trigger sly on freezes that Patchbay did not make\n";
    expect(await ready()).toEqual({ status: 503, words });
    db.exec("DROP TRIGGER sly");
    expect((await ready()).status).toBe(200);
    behindIndexes(db, "freezes", () => {
      db.exec(
        "INSERT INTO freezes VALUES ('T0PATCH01', 'c', 'n', 'Main', 'U1@T1', 'x', '2026-03-01T00:00:00.000Z', NULL)",
      );
    });
    expect((await ready()).words).toContain("row 1 missing from index sqlite_autoindex_freezes_1");
  } finally {
    db.close();
  }
});
