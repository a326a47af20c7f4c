import fc from "fast-check";
import { expect, test } from "vitest";
import { csvHead, csvLine } from "../../../src/domain/audit/audit-csv.ts";
import { exportLine } from "../../../src/domain/audit/audit-export.ts";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import { ocsfEvent } from "../../../src/domain/audit/audit-ocsf.ts";

const entry: AuditEntry = {
  sequence: 7,
  position: 4,
  id: "aud_1",
  at: "2026-03-01T00:00:00.250Z",
  workspaceId: "T1",
  previousHash: "a".repeat(64),
  hash: "b".repeat(64),
  kind: "change.outcome",
  actor: { kind: "user", userId: "U1", workspaceId: "T1" },
  requestId: "req_1",
  changeId: "chg_1",
  change: "reassign",
  connection: { id: "con_1", vendor: "cartesia", name: "Prod", fingerprint: "0a1b2c3d" },
  number: { connectionId: "con_1", numberId: "num_1", e164: "+14155550100", name: "Main" },
  before: { agent: "a" },
  wanted: { agent: "b" },
  reason: "because",
  outcome: "refused",
  problem: { code: "vendor_refused", message: "No." },
  vendorStatus: 422,
  durationMs: 12.5,
};

/** The cells of CSV as RFC 4180 reads them, with any separator. */
function cells(text: string, separator = ","): string[] {
  const found: string[] = [];
  let cell = "";
  let inQuotes = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (inQuotes && character === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"' && (inQuotes || cell === "")) inQuotes = !inQuotes;
    else if (!inQuotes && (character === separator || character === "\n")) {
      found.push(cell);
      cell = "";
    } else if (inQuotes || character !== "\r") cell += character;
  }
  return found;
}
const reasonAt = cells(csvHead).indexOf("reason");
const reasonCell = (reason: string) => cells(csvLine({ ...entry, reason }))[reasonAt];

test.each([
  ["=1+1", "'=1+1"],
  ["+1 415", "'+1 415"],
  ["-2", "'-2"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t'=1"],
  ["\r=1", "'\r'=1"],
  ["\n=1", "'\n'=1"],
  ["  =1", "'  =1"],
  ["\u200B=1", "'\u200B=1"],
  ["＝1", "'＝1"],
  ['"=1', `'"=1`],
  ["'=1", "''=1"],
  ["a;=1", "a;'=1"],
  ['plain, with "quotes" and = inside', 'plain, with "quotes" and = inside'],
  ["a-b", "a-b"],
])("a spreadsheet does not calculate %j", (reason, cell) => {
  expect(reasonCell(reason)).toBe(cell);
});

test("no text creates a cell that starts a formula, whatever separates cells", () => {
  const dangerous = fc.string({ unit: fc.constantFrom(..."=+-@\t\r\n;,\"' a1(".split("")) });
  fc.assert(
    fc.property(dangerous, (reason) => {
      const line = csvLine({ ...entry, reason });
      expect(cells(line)).toHaveLength(cells(csvHead).length);
      expect(reasonCell(reason)?.replaceAll("'", "")).toBe(reason.replaceAll("'", ""));
      for (const separator of [",", ";", "\t"])
        for (const cell of cells(line, separator)) expect(cell).not.toMatch(/^[\s"]*[=+\-@]/u);
    }),
    { seed: 6_003, numRuns: 500 },
  );
});

test("JSON lines contain every field unchanged, in one line", () => {
  const line = exportLine("jsonl", { ...entry, reason: "=1\n2" });
  expect(line).toMatch(/^[^\n]+\n$/u);
  expect(JSON.parse(line)).toEqual({ ...entry, actor: "U1@T1", reason: "=1\n2" });
});

test("an OCSF event has all that API Activity requires", () => {
  expect(ocsfEvent(entry)).toMatchObject({
    activity_id: 3,
    category_uid: 6,
    class_uid: 6003,
    type_uid: 600_303,
    severity_id: 1,
    time: Date.parse(entry.at),
    status_id: 2,
    status_code: "vendor_refused",
    duration: 13,
    metadata: {
      version: "1.3.0",
      product: { vendor_name: "Patchbay" },
      uid: "aud_1",
      event_code: "change.outcome",
    },
    actor: { user: { uid: "U1", org: { uid: "T1" } } },
    api: { operation: "reassign", response: { code: 422 }, service: { name: "cartesia" } },
    src_endpoint: { name: "Slack" },
    resources: [{ uid: "num_1" }, { uid: "con_1" }],
    unmapped: { hash: entry.hash },
  });
});

test.each([
  ["connection.added", 1],
  ["audit.exported", 2],
  ["change.refused", 3],
  ["connection.removed", 4],
] as const)("%s is activity %i of OCSF", (kind, activity) => {
  const actor = { kind: "cli", osUser: "root" } as const;
  expect(ocsfEvent({ ...entry, kind, actor, outcome: undefined })).toMatchObject({
    activity_id: activity,
    type_uid: 600_300 + activity,
    status_id: 0,
    actor: { user: { uid: "cli:root" } },
  });
});
