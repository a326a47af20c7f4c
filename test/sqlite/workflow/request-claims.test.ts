import { join } from "node:path";
import { expect, test } from "vitest";
import { removableSince } from "../../../src/domain/age.ts";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { sqliteRequestClaims } from "../../../src/sqlite/workflow/request-claims.ts";
import { sqliteNotifications } from "../../../src/sqlite/workflow/notifications.ts";
import { temporaryFolder, testDatabase } from "../support.ts";

/** Keeps everything. */
const always = { now: () => new Date(), removable: () => undefined };
const day = 24 * 60 * 60 * 1_000;

test("takes a request once in each workspace", async () => {
  const db = testDatabase();
  const ours = sqliteRequestClaims(db, "T1", always);
  expect(await ours.claim("req_1")).toBe(true);
  expect(await ours.claim("req_1")).toBe(false);
  expect(await sqliteRequestClaims(db, "T2", always).claim("req_1")).toBe(true);
});

test("keeps what is owed with the first claim, and with no other", async () => {
  const db = testDatabase();
  const requests = sqliteRequestClaims(db, "T1", always);
  const owed = (changeId: string) => ({ changeId, said: { userId: "U1", channelId: "C1" } });
  expect(await requests.claim("req_1", owed("chg_1"))).toBe(true);
  expect(await requests.claim("req_1", owed("chg_2"))).toBe(false);
  const said = sqliteNotifications(db, "T1", always);
  expect(await said.owed()).toEqual(["chg_1"]);
  expect(await said.find("chg_1")).toEqual({ userId: "U1", channelId: "C1" });
  expect(await sqliteNotifications(db, "T2", always).owed()).toEqual([]);
});

test("remembers after a restart", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const before = openDatabase(path);
  await sqliteRequestClaims(before, "T1", always).claim("req_1");
  before.close();
  expect(await sqliteRequestClaims(testDatabase(path), "T1", always).claim("req_1")).toBe(false);
});

test("forgets after a day, a few with each claim", async () => {
  const db = testDatabase();
  let at = 1_000;
  const requests = sqliteRequestClaims(db, "T1", {
    now: () => new Date(at),
    removable: removableSince({ now: () => new Date(at), monotonicMs: () => at }),
  });
  for (let n = 1; n <= 50; n += 1) await requests.claim(`req_${n}`);
  at += day;
  expect(await requests.claim("req_1")).toBe(false);
  at += 1;
  for (let n = 51; n <= 53; n += 1) await requests.claim(`req_${n}`);
  expect(db.prepare("SELECT request_id FROM claimed_requests ORDER BY 1").pluck().all()).toEqual([
    "req_51",
    "req_52",
    "req_53",
  ]);
});

// C1
test("still knows a request when the clock was set two days ahead and put right", async () => {
  const db = testDatabase();
  let at = 1_000;
  let wrongBy = 0;
  const now = () => new Date(at + wrongBy);
  const open = () =>
    sqliteRequestClaims(db, "T1", { now, removable: removableSince({ now, monotonicMs: () => at }) });
  const requests = open();
  await requests.claim("req_1");
  wrongBy = 2 * day;
  at += 60 * 60_000;
  for (let n = 2; n <= 30; n += 1) await requests.claim(`req_${n}`);
  const restarted = open();
  for (let n = 31; n <= 60; n += 1) await restarted.claim(`req_${n}`);
  wrongBy = 0;
  expect(await restarted.claim("req_1")).toBe(false);
});

test("says that it could not be recorded", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  openDatabase(path).close();
  const requests = sqliteRequestClaims(testDatabase(path, { readonly: true }), "T1", always);
  await expect(requests.claim("req_1")).rejects.toMatchObject({ code: "not_recorded" });
});
