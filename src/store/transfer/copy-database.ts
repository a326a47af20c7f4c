import type { Seal } from "../crypto/seal.ts";
import { derivedTables, leftTables, movedTables } from "./transfer-tables.ts";
import type { Row, Tables } from "./tables.ts";
import { chainChecks, digestTable, isOpened, type ChainChecks, type TableDigest } from "./verify-tables.ts";
import { isSecretTable } from "../secrets/sealed-secrets.ts";

/** What was copied and verified. */
export interface CopyReport {
  readonly tables: number;
  readonly rows: number;
  readonly entries: number;
  readonly workspaces: number;
  /** The number of encrypted secrets, and how many of them CREDENTIAL_KEYS decrypts. */
  readonly secrets: number;
  readonly opened: number;
}

// The anchors come first: they say where the logs begin.
const verifiedTables = [...new Set<string>(["audit_anchors", ...derivedTables, ...movedTables])];

function passRow(chains: ChainChecks, table: string, row: Row): void {
  if (table === "audit_anchors") chains.begin(row);
  if (table === "audit_heads") chains.note(row);
  if (table === "audit_entries") chains.pass(row);
}

/** Throws an error with a readable message if the target has rows, or the two databases differ in their tables. */
export async function requireEmptyTarget(source: Tables, target: Tables): Promise<void> {
  const known = new Set<string>([...verifiedTables, ...leftTables]);
  const unknown = [...(await source.names()), ...(await target.names())].find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new Error(`Patchbay does not know the table ${unknown}. Nothing was copied.`);
  for (const table of verifiedTables)
    if (!(await target.isEmpty(table)))
      throw new Error(
        `The target is not empty: its table ${table} has rows. Nothing was copied. Give an empty database.`,
      );
}

/** Copies all rows into an empty target. The target's own safeguards check every entry of the audit log. */
export async function copyTables(source: Tables, target: Tables): Promise<void> {
  for (const table of movedTables) {
    const columns = await commonColumns(source, target, table);
    for await (const page of source.pages(table, columns)) await target.insert(table, columns, page);
  }
}

/**
 * Reads both databases again: every row must be the same, every audit log intact, and every secret that opens in one
 * must open in the other. Throws an error with a readable message.
 */
export async function verifyCopy(source: Tables, target: Tables, seal: Seal): Promise<CopyReport> {
  const [before, after] = [await inspect(source, target, seal), await inspect(target, source, seal)];
  for (const table of verifiedTables) {
    const [here, there] = [before.digests.get(table), after.digests.get(table)];
    if (here?.rows === there?.rows && here?.digest === there?.digest) continue;
    const counts = `${here?.rows} rows in the source, ${there?.rows} in the target`;
    throw new Error(
      `The copy of ${table} is not the same (${counts}). Did a program write to the source meanwhile? Nothing was kept.`,
    );
  }
  if (before.opened !== after.opened) throw new Error("The copied secrets cannot be decrypted.");
  return before;
}

/** Throws an error with a readable message if an audit log of the source is not intact. */
export async function requireIntactLogs(source: Tables): Promise<void> {
  const chains = chainChecks();
  for (const table of ["audit_anchors", "audit_heads", "audit_entries"] as const)
    for await (const page of source.pages(table, await source.columns(table)))
      for (const row of page) passRow(chains, table, row);
  const [fault] = chains.faults();
  if (fault !== undefined)
    throw new Error(
      `The audit log of ${fault}. Nothing was copied. \`patchbay audit verify\` lists all faults.`,
    );
}

interface Inspection extends CopyReport {
  readonly digests: ReadonlyMap<string, TableDigest>;
}

async function inspect(tables: Tables, other: Tables, seal: Seal): Promise<Inspection> {
  const digests = new Map<string, TableDigest>();
  const chains = chainChecks();
  let opened = 0;
  let secrets = 0;
  for (const table of verifiedTables) {
    const columns = await commonColumns(tables, other, table);
    const digest = await digestTable(tables, table, columns, (row) => {
      passRow(chains, table, row);
      if (isSecretTable(table) && isOpened(seal, table, row)) opened += 1;
    });
    if (isSecretTable(table)) secrets += digest.rows;
    digests.set(table, digest);
  }
  const [fault] = chains.faults();
  if (fault !== undefined) throw new Error(`The audit log of ${fault}. Nothing was kept.`);
  const rows = [...digests.values()].reduce((sum, digest) => sum + digest.rows, 0);
  const entries = digests.get("audit_entries")?.rows ?? 0;
  return {
    digests,
    tables: verifiedTables.length,
    rows,
    entries,
    workspaces: chains.workspaces(),
    secrets,
    opened,
  };
}

/** The columns of both. Only `rowid` may be missing in one: it numbers rows that have another key. */
async function commonColumns(one: Tables, other: Tables, table: string): Promise<readonly string[]> {
  const [first, second] = [await one.columns(table), await other.columns(table)];
  const missing = [
    ...first.filter((column) => !second.includes(column)),
    ...second.filter((column) => !first.includes(column)),
  ].find((column) => column !== "rowid");
  if (missing !== undefined)
    throw new Error(`Only one of the databases has the column ${missing} in ${table}. Nothing was copied.`);
  return first.filter((column) => second.includes(column)).toSorted();
}
