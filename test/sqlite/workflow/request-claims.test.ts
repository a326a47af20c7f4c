import { join } from "node:path";
import { expect, test } from "vitest";
import { removableSince } from "../../../src/domain/shared/age.ts";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { storedRequestClaims } from "../../../src/store/workflow/request-claims.ts";
import { temporaryFolder, testDatabase, ofWorkspace } from "../support.ts";
import { day } from "../../support/fixtures.ts";

/** Keeps everything. */
const always = { now: () => new Date(), removable: () => undefined };

test("remembers after a restart", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const before = openDatabase(path);
  await storedRequestClaims(ofWorkspace(before, "T1"), always).claim("req_1");
  before.close();
  expect(await storedRequestClaims(ofWorkspace(testDatabase(path), "T1"), always).claim("req_1")).toBe(false);
});

test("forgets after a day, a few with each claim", async () => {
  const db = testDatabase();
  let at = 1_000;
  const requests = storedRequestClaims(ofWorkspace(db, "T1"), {
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
test("throws not_recorded if it cannot be written", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  openDatabase(path).close();
  const requests = storedRequestClaims(ofWorkspace(testDatabase(path, { readonly: true }), "T1"), always);
  await expect(requests.claim("req_1")).rejects.toMatchObject({ code: "not_recorded" });
});
