// Measurements within one process, with the code of src: SQLite and the search.
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { z } from "zod";
import { idGenerator } from "../../src/id-generator.ts";
import type { AuditEvent } from "../../src/domain/audit/audit-log.ts";
import type { ListedNumber } from "../../src/operations/numbers/listed-number.ts";
import { findNumbers } from "../../src/operations/numbers/find-numbers.ts";
import { detectDrift } from "../../src/operations/drift/detect-drift.ts";
import { appendEntry } from "../../src/store/audit/append-entry.ts";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import { openFile } from "../../src/sqlite/connection/driver.ts";
import { answering } from "../parts/answering.ts";
import { watchLoop } from "../parts/loop-watch.ts";
import { heldByLongAnswer } from "../parts/held-alone.ts";
import { searchContext } from "../parts/search-context.ts";
import { teamId } from "../parts/workspace.ts";
import { ofWorkspace, sqliteAuditLog } from "../../test/sqlite/support.ts";

const sources = { now: () => new Date(), newId: idGenerator() };

/** The two entries of a change, as `changeNumber` writes them. */
function entriesOf(at: number, numbers: number): readonly [AuditEvent, AuditEvent] {
  const number = at % numbers;
  const event = {
    actor: { kind: "user", userId: `U${at % 40}`, workspaceId: teamId },
    requestId: `req_${at}`,
    changeId: `chg_${at}`,
    connection: { id: "con_1", vendor: "cartesia", name: "prod", fingerprint: "a1b2c3" },
    number: {
      connectionId: "con_1",
      numberId: `pn_${number}`,
      e164: `+1415${2_000_000 + number}`,
      name: `Line ${number}`,
    },
    change: "reassign",
    before: { agent: "agent_a" },
    wanted: { agent: "agent_b" },
    labels: { agent_a: "Night desk", agent_b: "Front desk" },
    reason: "callers hear nothing",
  } as const;
  return [
    { ...event, kind: "change.requested" },
    { ...event, kind: "change.outcome", outcome: "applied", after: { agent: "agent_b" }, vendorStatus: 200 },
  ];
}

const changes = z.object({ folder: z.string(), changes: z.number(), atOnce: z.number(), rounds: z.number() });
const filling = z.object({ path: z.string(), entries: z.number(), numbers: z.number() });
const searching = z.object({ numbersEach: z.number(), texts: z.array(z.string()), rounds: z.number() });
const perTransaction = 10_000;
const settledMs = 2_500;

answering({
  append: async (input) => {
    const { folder, changes: many, atOnce, rounds } = changes.parse(input);
    const db = openDatabase(`${folder}/ours-${atOnce}.db`);
    const log = sqliteAuditLog(db, teamId, sources);
    const bare = openFile(`${folder}/bare-${atOnce}.db`);
    bare.pragma("journal_mode = WAL");
    bare.pragma("synchronous = FULL");
    let at = 0;
    const ours = async (): Promise<number> => {
      const end = at + many;
      const from = performance.now();
      const lane = async (): Promise<void> => {
        while (at < end) {
          const [requested, outcome] = entriesOf((at += 1), 1_000);
          await log.append(requested);
          await log.append(outcome);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, lane));
      return performance.now() - from;
    };
    await ours();
    const rows = db.prepare<[], Record<string, unknown>>("SELECT * FROM audit_entries").all();
    const columns = Object.keys(rows[0] ?? {});
    bare.exec(`CREATE TABLE entries (${columns.join(", ")})`);
    const insert = bare.prepare(
      `INSERT INTO entries VALUES (${columns.map((name) => `@${name}`).join(", ")})`,
    );
    const raw = (): number => {
      const from = performance.now();
      for (let entry = 0; entry < 2 * many; entry += 1) {
        const row = rows[entry % rows.length] ?? {};
        insert.run({ ...row, hash: createHash("sha256").update(JSON.stringify(row)).digest("hex") });
      }
      return performance.now() - from;
    };
    raw();
    // As with a server that has been running for a while: recently changed files are checked more often.
    while (Date.now() - statSync(folder).ctimeMs < settledMs) await ours();
    const measured = { ours: [0], raw: [0] };
    for (let round = 0; round < rounds; round += 1) {
      measured.ours.push(((2 * many) / (await ours())) * 1_000);
      measured.raw.push(((2 * many) / raw()) * 1_000);
    }
    db.close();
    bare.close();
    return { ours: measured.ours.slice(1), raw: measured.raw.slice(1) };
  },

  /** Fills a database with chained entries, without waiting for the disk. */
  fill: async (input) => {
    const { path, entries, numbers } = filling.parse(input);
    const db = openDatabase(path);
    db.pragma("synchronous = OFF");
    const workspace = ofWorkspace(db, teamId);
    for (let from = 0; from < entries / 2; from += perTransaction) {
      await workspace.write(function* () {
        for (let at = from; at < Math.min(from + perTransaction, entries / 2); at += 1) {
          for (const event of entriesOf(at, numbers)) yield* appendEntry(workspace, event, sources);
        }
      });
    }
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
  },

  /** The time to read a page of the history of a number, and of the workspace, in milliseconds. */
  history: async (input) => {
    const { path, rounds } = z.object({ path: z.string(), rounds: z.number() }).parse(input);
    const db = openDatabase(path);
    const log = sqliteAuditLog(db, teamId, sources);
    const [number, workspace]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      let from = performance.now();
      const key = { connectionId: "con_1", numberId: `pn_${(round * 7) % 100}` };
      const some = await log.changes({ number: key, limit: 6 });
      number.push(performance.now() - from);
      from = performance.now();
      await log.changes({ limit: 6 });
      workspace.push(performance.now() - from);
      if (some.length === 0) throw new Error("the number has no history");
    }
    db.close();
    return { number, workspace };
  },

  /** How long drift detection for all numbers blocks this process, with the lists in memory. */
  drift: async (input) => {
    const { numbersEach } = z.object({ numbersEach: z.number() }).parse(input);
    const { ctx } = await searchContext(numbersEach, true);
    await ctx.workspace.settings.write({ drift: "all" }, { actor: ctx.actor, requestId: "req_bench" });
    const take = watchLoop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    take();
    await detectDrift(ctx);
    return take();
  },

  /** How long the longest answer of a vendor holds this process. */
  longAnswer: heldByLongAnswer,

  /** The app's search compared with a plain scan of the same numbers, and the memory of the lists, in MB. */
  search: async (input) => {
    const { numbersEach, texts, rounds } = searching.parse(input);
    const { ctx, scanned } = await searchContext(numbersEach);
    const [ours, scan]: [number[], number[]] = [[], []];
    const one = async (text: string): Promise<readonly [number, number]> => {
      let from = performance.now();
      await findNumbers(ctx, text, { maxAgeMs: Number.POSITIVE_INFINITY, limit: 100, skipTotal: true });
      const searched = performance.now() - from;
      from = performance.now();
      plainScan(scanned, text.toLowerCase());
      return [searched, performance.now() - from];
    };
    for (const text of texts) await one(text);
    for (let round = 0; round < rounds; round += 1) {
      for (const text of texts) {
        const [searched, scannedMs] = await one(text);
        ours.push(searched);
        scan.push(scannedMs);
      }
    }
    return { ours, scan };
  },
});

/** The obvious implementation: every number, every visible text. */
function plainScan(numbers: readonly ListedNumber[], text: string): readonly ListedNumber[] {
  return numbers
    .filter(({ number, agentName, connection }) =>
      [number.name, number.e164, number.id, agentName, connection.name].some((said) =>
        said?.toLowerCase().includes(text),
      ),
    )
    .slice(0, 100);
}
