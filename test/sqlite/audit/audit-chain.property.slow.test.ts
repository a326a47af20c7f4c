import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { ChainReport, ChainVerdict } from "../../../src/domain/audit/audit-chain.ts";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { signingKey } from "../../../src/sqlite/audit/signing-key.ts";
import type { SigningKey } from "../../../src/store/checkpoints/checkpoint-key.ts";
import {
  checkpointAt,
  checkpointText,
  disarm,
  fillLogs,
  rowsOf,
  store,
  storeTied,
  tieAnew,
  verified,
} from "./chain-support.ts";
import type { StoredRow } from "./chain-support.ts";
import { withOtherByte } from "./tampering.ts";

// fast-check prints it with the path of a failure. The runs are the same every time.
const parameters = { seed: 20_260_301, numRuns: 200 } as const;
const length = 9;
const checkpointedAt = 6;

let image: Buffer;
let key: SigningKey;
let checkpoints: string;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-property-"));
  key = signingKey(join(folder, "key.pem"), () => true);
  rmSync(folder, { recursive: true });
  const db = openDatabase(":memory:");
  await fillLogs(db, ["T1", "T2"], length);
  checkpoints = checkpointText(key, [checkpointAt(db, "T1", checkpointedAt)]);
  disarm(db);
  image = db.serialize();
  db.close();
});

/** What verify reports for T1 and T2 after a change to a copy of the database. */
async function after(tamper: (db: Database.Database) => void): Promise<readonly ChainReport[]> {
  const db = openFile(image);
  try {
    db.pragma("ignore_check_constraints = ON");
    tamper(db);
    return await verified(db, key, checkpoints);
  } finally {
    db.close();
  }
}

const verdictOf = (reports: readonly ChainReport[], workspaceId = "T1"): ChainVerdict | undefined =>
  reports.find((report) => report.workspaceId === workspaceId)?.verdict;
const firstOf = (reports: readonly ChainReport[]) => {
  const finding = reports.find(({ workspaceId }) => workspaceId === "T1")?.findings[0];
  return [finding?.verdict, finding?.position];
};

const position = fc.integer({ min: 1, max: length });
// If there are few cases, all of them are tried.
const positions = Array.from({ length }, (_, at) => at + 1);
const every = <A, B>(ones: readonly A[], others: readonly B[]): [A, B][] =>
  ones.flatMap((one) => others.map((other): [A, B] => [one, other]));
const rowAt = (db: Database.Database, at: number): StoredRow => {
  const row = rowsOf(db, "T1")[at - 1];
  if (!row) throw new Error(`no entry ${at}`);
  return row;
};

const columns =
  "id at kind actor request_id number number_connection_id number_id number_text change_id change_kind " +
  "before_state wanted_state reason duration_ms previous_hash hash";
const filled = columns.split(" ");
const unused = ["connection", "after_state", "labels", "outcome", "problem", "vendor_status"];

test("finds an untouched chain intact", async () => {
  expect((await after(() => undefined)).map(({ verdict }) => verdict)).toEqual(["intact", "intact"]);
});

test("finds any changed byte in any field, and its entry", async () => {
  await fc.assert(
    fc.asyncProperty(
      position,
      fc.constantFrom(...filled),
      fc.nat(),
      fc.nat(),
      async (at, column, index, other) => {
        const reports = await after((db) => {
          const row = rowAt(db, at);
          const value = withOtherByte(row[column], index, other);
          fc.pre(column !== "id" || !db.prepare("SELECT 1 FROM audit_entries WHERE id = ?").get(value));
          db.prepare(`UPDATE audit_entries SET ${column} = ? WHERE sequence = ?`).run(value, row.sequence);
        });
        expect([firstOf(reports), verdictOf(reports), verdictOf(reports, "T2")]).toEqual([
          ["altered", at],
          "altered",
          "intact",
        ]);
      },
    ),
    parameters,
  );
});

test("finds a field that was cleared or filled", async () => {
  const emptied = filled.filter((column) => !["id", "at", "kind", "actor", "request_id"].includes(column));
  for (const [at, column] of every(positions, [...emptied, ...unused])) {
    const reports = await after((db) => {
      const row = rowAt(db, at);
      const value = row[column] === null ? (column === "vendor_status" ? 0 : "") : null;
      db.prepare(`UPDATE audit_entries SET ${column} = ? WHERE sequence = ?`).run(value, row.sequence);
    });
    expect([column, ...firstOf(reports)]).toEqual([column, "altered", at]);
  }
});

test("finds an entry whose sequence, position or workspace was changed", async () => {
  await fc.assert(
    fc.asyncProperty(
      position,
      fc.constantFrom("sequence", "position", "workspace_id"),
      fc.integer({ min: 1, max: 60 }),
      async (at, column, to) => {
        const reports = await after((db) => {
          const row = rowAt(db, at);
          fc.pre(column !== "position" || to !== at);
          const taken = db.prepare("SELECT 1 FROM audit_entries WHERE sequence = ?").get(to);
          fc.pre(column !== "sequence" || !taken);
          const value = column === "workspace_id" ? `T${to + 2}` : to;
          db.prepare(`UPDATE audit_entries SET ${column} = ? WHERE sequence = ?`).run(value, row.sequence);
        });
        const own = at === length && column !== "position" ? ["altered", "cut"] : ["altered", "missing"];
        expect(own).toContain(verdictOf(reports));
        if (column === "position") expect(firstOf(reports)).toEqual(["altered", at]);
        if (column === "workspace_id") expect(verdictOf(reports, `T${to + 2}`)).not.toBe("intact");
      },
    ),
    parameters,
  );
});

test("finds entries that are missing in the middle, and the entry before them", async () => {
  const inTheMiddle = positions.slice(0, -1);
  for (const [from, to] of every(inTheMiddle, inTheMiddle).filter(([one, other]) => one <= other)) {
    const reports = await after((db) => {
      db.prepare("DELETE FROM audit_entries WHERE workspace_id = 'T1' AND position BETWEEN ? AND ?").run(
        from,
        to,
      );
    });
    expect([to, firstOf(reports), verdictOf(reports)]).toEqual([to, ["missing", from - 1], "missing"]);
  }
});

test("finds where the log was truncated, even if the database's own note was changed too", async () => {
  for (const [at, noteToo] of every(positions, [true, false])) {
    const left = at - 1;
    const reports = await after((db) => {
      db.prepare("DELETE FROM audit_entries WHERE workspace_id = 'T1' AND position > ?").run(left);
      if (noteToo) tieAnew(db, "T1");
    });
    const isSeen = !noteToo || left < checkpointedAt;
    expect([left, noteToo, ...firstOf(reports)]).toEqual(
      isSeen ? [left, noteToo, "cut", left] : [left, noteToo, undefined, undefined],
    );
  }
});

test("finds two entries that were swapped", async () => {
  const pairs = every(positions, positions).filter(([one, other]) => one < other);
  for (const [[one, other], all] of every(pairs, [true, false])) {
    const reports = await after((db) => {
      const [a, b] = [rowAt(db, one), rowAt(db, other)];
      db.prepare("DELETE FROM audit_entries WHERE sequence IN (?, ?)").run(a.sequence, b.sequence);
      const { position: first, previous_hash: before, hash } = a;
      const tied = { position: first, previous_hash: before, hash };
      const { position: second, previous_hash: between, hash: end } = b;
      const swapped = { position: second, previous_hash: between, hash: end };
      store(db, { ...b, ...(all ? {} : tied), sequence: a.sequence });
      store(db, { ...a, ...(all ? {} : swapped), sequence: b.sequence });
    });
    expect([other, all, firstOf(reports), verdictOf(reports)]).toEqual([
      other,
      all,
      ["altered", one],
      "altered",
    ]);
  }
});

test("finds an inserted entry, even one that is correctly chained", async () => {
  for (const [at, tied] of every(positions, [true, false])) {
    const reports = await after((db) => {
      db.prepare("DELETE FROM audit_entries WHERE workspace_id = 'T2'").run();
      const row = rowAt(db, at);
      // T2's next entry has moved.
      const put = {
        ...row,
        sequence: row.sequence + 1,
        id: "aud_put",
        request_id: "put",
        change_id: "put",
      };
      if (tied) storeTied(db, put, {}, row);
      else store(db, put);
    });
    const [verdict, found] = firstOf(reports);
    if (tied && at === length) {
      expect(verdict).toBe("rewritten");
    } else {
      // An entry at a checkpoint's position does not match the checkpoint.
      expect(verdict).toBe(tied && at + 1 === checkpointedAt ? "rewritten" : "altered");
      expect([at, at + 1, at + 2]).toContain(found);
    }
  }
});

test("finds a chain that was recomputed from any entry up to a checkpoint", async () => {
  for (const at of positions) {
    const reports = await after((db) => {
      db.prepare("UPDATE audit_entries SET reason = 'never' WHERE sequence = ?").run(rowAt(db, at).sequence);
      tieAnew(db, "T1");
    });
    expect([at, verdictOf(reports)]).toEqual([at, at <= checkpointedAt ? "rewritten" : "intact"]);
  }
});
