import type pg from "pg";
import type { VerifyOptions } from "../../domain/audit/audit-archive.ts";
import type { ChainFinding, ChainReport, Checkpoint } from "../../domain/audit/audit-chain.ts";
import { chainVerifier, reportWithoutLog, type ChainVerifier } from "../../domain/audit/verify-chain.ts";
import { auditOrder } from "../../store/audit/audit-row.ts";
import { heldSql, newestAnchorsSql, startOf, type AnchorRow } from "../../store/checkpoints/anchors.ts";
import type { CheckpointKey } from "../../store/checkpoints/checkpoint-key.ts";
import { newestCheckpoints, readCheckpoints } from "../../store/checkpoints/checkpoint-line.ts";
import { genesisHash, rowHash, type LinkColumns } from "../../store/crypto/chain-hash.ts";
import { checkRow, type CheckpointRow } from "./checkpoint-rows.ts";

/** What to verify. */
export interface PostgresVerifyOptions extends Pick<VerifyOptions, "workspaceId" | "checkpoints"> {
  readonly keys: readonly CheckpointKey[];
  /** The lines of this machine's own copy. */
  readonly copy: string;
  /** Why the database may not show everything that it stores. */
  readonly hidden: readonly string[];
}

/** The checkpoints of a workspace, and the lines that are not checkpoints. */
interface Statements {
  readonly checkpoints: readonly Checkpoint[];
  readonly forged: readonly ChainFinding[];
}

/**
 * Recomputes the log of one workspace after the other, with the memory of one. The connection must be in a transaction
 * that sees one moment.
 */
export async function* verifyPostgres(
  client: pg.ClientBase,
  options: PostgresVerifyOptions,
): AsyncGenerator<ChainReport> {
  const { workspaceId: only, checkpoints: given, keys, hidden } = options;
  const text = readCheckpoints(given ?? options.copy, keys);
  const nobodys: ChainFinding[] = [
    ...hidden.map((words) => ({ verdict: "hidden" as const, words })),
    ...text.forged.filter(({ workspaceId }) => workspaceId === undefined),
  ];
  if (nobodys.length > 0) yield reportWithoutLog(nobodys);
  const notes = await notesOf(client);
  const anchors = await rowsByWorkspace<AnchorRow>(client, newestAnchorsSql);
  const held = await rowsByWorkspace<{ readonly workspaceId: string }>(client, heldSql);
  const ids = only === undefined ? await workspaceIds(client, text.checkpoints) : [only];
  // Not by an index, which might hide a row.
  await client.query("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off");
  await client.query("SET LOCAL enable_indexonlyscan = off");
  const entries = entriesInOrder(client, only);
  let entry = await entries.next();
  for (const workspaceId of ids) {
    const { checkpoints, forged } = await statements(client, workspaceId, { ...options, text });
    const stored = anchors.get(workspaceId);
    const { anchor, fault } = startOf(stored, keys);
    const unsigned: ChainFinding[] =
      fault === undefined ? [] : [{ verdict: "forged", position: stored?.count, words: fault }];
    const verifier = chainVerifier({
      workspaceId,
      genesis: genesisHash(workspaceId),
      anchor,
      isHeld: held.has(workspaceId),
      noted: notes.get(workspaceId),
      checkpoints,
      otherFindings: [...forged, ...unsigned],
    });
    for (; !entry.done && entry.value.workspace_id === workspaceId; entry = await entries.next())
      pass(verifier, entry.value);
    yield verifier.report();
  }
}

async function statements(
  client: pg.ClientBase,
  workspaceId: string,
  {
    checkpoints: given,
    keys,
    text,
  }: PostgresVerifyOptions & { readonly text: ReturnType<typeof readCheckpoints> },
): Promise<Statements> {
  const ofWorkspace = <Named extends { readonly workspaceId: string | undefined }>(all: readonly Named[]) =>
    all.filter((one) => one.workspaceId === workspaceId);
  const own = { checkpoints: ofWorkspace(text.checkpoints), forged: ofWorkspace(text.forged) };
  return given === undefined ? joined(own, await storedStatements(client, workspaceId, keys)) : own;
}

/** The checkpoints of both. What only one of them has counts too, unless a later acceptance replaces it. */
function joined(one: Statements, other: Statements): Statements {
  const distinct = new Map(
    [...one.checkpoints, ...other.checkpoints].map((each) => [JSON.stringify(each), each]),
  );
  const all = [...distinct.values()];
  const newest = newestCheckpoints(all);
  return {
    checkpoints: all.filter(({ workspaceId, epoch }) => epoch === newest.get(workspaceId)?.epoch),
    forged: [...one.forged, ...other.forged],
  };
}

async function storedStatements(
  client: pg.ClientBase,
  workspaceId: string,
  keys: readonly CheckpointKey[],
): Promise<Statements> {
  const { rows } = await client.query<CheckpointRow>(
    `SELECT number, workspace_id AS "workspaceId", epoch, count, line FROM audit_checkpoints
     WHERE workspace_id = $1 ORDER BY number`,
    [workspaceId],
  );
  const checkpoints: Checkpoint[] = [];
  const forged: (ChainFinding & { readonly number: number })[] = [];
  // What was there when an operator accepted the log is no longer a finding.
  let began = 0;
  for (const row of rows) {
    const { checkpoint, fault = "" } = checkRow(row, keys);
    if (!checkpoint) {
      forged.push({ verdict: "forged", position: row.count, words: fault, number: row.number });
      continue;
    }
    if ((checkpoint.epoch ?? 0) > (newestCheckpoints(checkpoints).get(workspaceId)?.epoch ?? 0))
      began = row.number;
    checkpoints.push(checkpoint);
  }
  return { checkpoints, forged: forged.filter(({ number }) => number > began) };
}

async function workspaceIds(
  client: pg.ClientBase,
  checkpoints: readonly Checkpoint[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT workspace_id AS id FROM audit_entries UNION SELECT workspace_id FROM audit_heads
     UNION SELECT workspace_id FROM audit_checkpoints UNION SELECT workspace_id FROM audit_anchors`,
  );
  const ids = new Set([...rows.map(({ id }) => id), ...checkpoints.map(({ workspaceId }) => workspaceId)]);
  return [...ids].toSorted((a, b) => (a < b ? -1 : 1));
}

async function rowsByWorkspace<Row extends { readonly workspaceId: string }>(
  client: pg.ClientBase,
  sql: string,
): Promise<ReadonlyMap<string, Row>> {
  const { rows } = await client.query<Row>(sql);
  return new Map(rows.map((row) => [row.workspaceId, row]));
}

interface Noted {
  readonly position: number;
  readonly hash: string;
}

async function notesOf(client: pg.ClientBase): Promise<ReadonlyMap<string, Noted>> {
  const { rows } = await client.query<Noted & { readonly id: string }>(
    "SELECT workspace_id AS id, position, hash FROM audit_heads",
  );
  return new Map(rows.map(({ id, ...noted }) => [id, noted]));
}

type StoredEntry = LinkColumns &
  Readonly<Record<string, unknown>> & { readonly sequence: number; readonly workspace_id: string };

const pageSize = 500;

// Every column, also those of later versions, because the hash covers what is stored.
async function* entriesInOrder(
  client: pg.ClientBase,
  only: string | undefined,
): AsyncGenerator<StoredEntry, undefined> {
  const where = only === undefined ? "" : "WHERE workspace_id = $1";
  await client.query(
    `DECLARE verified NO SCROLL CURSOR FOR SELECT * FROM audit_entries ${where} ORDER BY workspace_id, sequence`,
    only === undefined ? [] : [only],
  );
  for (;;) {
    const { rows } = await client.query<StoredEntry>(`FETCH ${pageSize} FROM verified`);
    yield* rows;
    if (rows.length < pageSize) return undefined;
  }
}

function pass(verifier: ChainVerifier, entry: StoredEntry): void {
  const { sequence, position, previous_hash: previousHash, hash } = entry;
  verifier.pass({ sequence, position, previousHash, hash, actualHash: rowHash(entry, auditOrder) });
}
