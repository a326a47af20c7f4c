import { expect, test } from "vitest";
import { testDatabase } from "../support.ts";

test("finds the changes of an incident by an index", () => {
  const db = testDatabase();
  const plan = db
    .prepare(
      `EXPLAIN QUERY PLAN SELECT 1 FROM audit_entries e WHERE e.workspace_id = 'T1'
       AND CASE WHEN json_valid(e.details) THEN json_extract(e.details, '$.incident') END = 'INC-1'
       AND CASE WHEN json_valid(e.details) THEN json_extract(e.details, '$.incident') END IS NOT NULL`,
    )
    .all();
  expect(JSON.stringify(plan)).toContain("audit_by_incident");
});
