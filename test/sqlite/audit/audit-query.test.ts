import { expect, test } from "vitest";
import {
  auditConditions,
  changeSql,
  changesSql,
  changesWithUndoSql,
  entriesSql,
  lastAnswersSql,
  openChangesSql,
} from "../../../src/store/audit/audit-query.ts";
import type { AuditValues } from "../../../src/store/audit/audit-query.ts";
import { testDatabase } from "../support.ts";

function plan(sql: string, values: AuditValues): string[] {
  const rows = testDatabase().prepare<[AuditValues], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
  return rows.all({ ...values, workspaceId: "T1" }).map(({ detail }) => detail);
}

const number = { connectionId: "con_1", numberId: "num_1" };
const page = { limit: 10, beforeSequence: 100 };
const queries = [
  { name: "first page", query: { limit: 10 }, entries: "audit_by_workspace", changes: "audit_changes" },
  { name: "next page", query: page, entries: "audit_by_workspace", changes: "audit_changes" },
  {
    name: "since",
    query: { ...page, since: "2026-01-01" },
    entries: "audit_by_workspace",
    changes: "audit_changes",
  },
  { name: "a number", query: { limit: 10, number }, entries: "audit_by_number", changes: "audit_by_number" },
  {
    name: "a number, next page",
    query: { ...page, number },
    entries: "audit_by_number",
    changes: "audit_by_number",
  },
  {
    name: "a number's text",
    query: { ...page, numberText: "1" },
    entries: "audit_by_workspace",
    changes: "audit_changes",
  },
];

test.each(queries)("reads by an index, in the index's order: $name", ({ query, ...index }) => {
  const { where, values } = auditConditions(query);
  const entries = plan(entriesSql(where), values);
  const changes = plan(changesSql(where), values);
  expect(entries[0]).toMatch(`SEARCH e USING INDEX ${index.entries} (workspace_id=?`);
  expect(changes[0]).toMatch(`SEARCH e USING INDEX ${index.changes} (workspace_id=?`);
  expect([...entries, ...changes].filter((step) => /^SCAN|TEMP B-TREE/.test(step))).toEqual([]);
  expect(changes).toContain("SEARCH o USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN");
});

test("seeks to the start of a page and does not read what comes before", () => {
  const { where, values } = auditConditions({ ...page, number });
  expect(plan(changesSql(where), values)[0]).toMatch("number_connection_id=? AND number_id=? AND rowid<?");
});

test("reads one change, and the open ones, without scanning the rest", () => {
  const change = plan(changeSql, { changeId: "chg_1" });
  const open = plan(openChangesSql, { after: 0, limit: 10 });
  expect(change[0]).toMatch(
    "SEARCH e USING INDEX audit_by_change (workspace_id=? AND change_id=? AND kind=?)",
  );
  expect(open.slice(0, 2)).toEqual([
    "SEARCH c USING PRIMARY KEY (workspace_id=? AND sequence>?)",
    "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)",
  ]);
  expect([...change, ...open].filter((step) => step.startsWith("SCAN"))).toEqual([]);
});

// A5
test("uses indexes to read the last change of many numbers, and whether changes were undone", () => {
  const last = plan(lastAnswersSql, { connectionId: "con_1", after: "", limit: 10 });
  const undone = plan(changesWithUndoSql, { changeIds: "[]" });
  expect(last.filter((step) => /^SCAN (?:e|n|o|y|z)\b/u.test(step))).toEqual([]);
  expect(undone.filter((step) => /^SCAN (?:e|n|o|y|z)\b/u.test(step))).toEqual([]);
  expect(last.join("\n")).toContain(
    "SEARCH n USING INDEX audit_by_number (workspace_id=? AND number_connection_id=? AND number_id=?)",
  );
  expect(undone.join("\n")).toContain("SEARCH e USING INDEX audit_by_change (workspace_id=? AND change_id=?");
});
