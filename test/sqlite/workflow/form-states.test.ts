import { join } from "node:path";
import { expect, test } from "vitest";
import { removableSince } from "../../../src/domain/shared/age.ts";
import { idGenerator } from "../../../src/id-generator.ts";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { storedFormStates } from "../../../src/store/workflow/form-states.ts";
import { temporaryFolder, testDatabase, ofWorkspace } from "../support.ts";
import { day } from "../../support/fixtures.ts";

const newId = idGenerator();
/** Keeps everything. */
const always = { now: () => new Date(), removable: () => undefined, newId };

// D9
// D9
test("keeps one row for a form that is drawn again with the same state", async () => {
  const db = testDatabase();
  const states = storedFormStates(ofWorkspace(db, "T1"), always);
  for (const [userId, state] of [
    ["U1", "state"],
    ["U1", "state"],
    ["U1", "another"],
    ["U2", "state"],
  ] as const)
    await states.keep(userId, state);
  expect(db.prepare("SELECT count(*) FROM form_states").pluck().get()).toBe(3);
});

// D9
test("deletes the row of a state a day after its form was last drawn", async () => {
  const db = testDatabase();
  let at = 1_000;
  const now = () => new Date(at);
  const states = storedFormStates(ofWorkspace(db, "T1"), {
    now,
    removable: removableSince({ now, monotonicMs: () => at }),
    newId,
  });
  await states.keep("U1", "old");
  await states.keep("U1", "drawn again");
  at += day / 2;
  await states.keep("U1", "drawn again");
  at += day / 2 + 1;
  await states.keep("U2", "new");
  expect(db.prepare("SELECT state FROM form_states ORDER BY 1").pluck().all()).toEqual([
    "drawn again",
    "new",
  ]);
});

// D9
test("reports that a state could not be stored", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  openDatabase(path).close();
  const states = storedFormStates(ofWorkspace(testDatabase(path, { readonly: true }), "T1"), always);
  await expect(states.keep("U1", "state")).rejects.toMatchObject({ code: "not_recorded" });
});
