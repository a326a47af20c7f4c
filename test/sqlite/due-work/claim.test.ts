import { expect, test } from "vitest";
import { claimSql } from "../../../src/store/due-work/work-queue.ts";
import { testDatabase } from "../support.ts";

test("looks up the chosen pieces by their key, however many are due", () => {
  const sql = claimSql.replace("FOR UPDATE OF w SKIP LOCKED", "");
  const plan = testDatabase()
    .prepare<object, { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all({ kind: "outcome", clockMs: 0, perLane: 1, limit: 1, claimedBy: "", leaseMs: 0 });
  expect(plan.map(({ detail }) => detail)).toContain(
    "SEARCH w USING PRIMARY KEY (kind=? AND workspace_id=? AND item_id=?)",
  );
});
