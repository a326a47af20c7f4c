import type { Checkpoint, StartingAnchor } from "../../domain/audit/audit-chain.ts";
import { auditOrder } from "../audit/audit-row.ts";
import { genesisHash, rowHash, type LinkColumns } from "../crypto/chain-hash.ts";
import { row, rows, type Work } from "../database/database.ts";
import { newestAnchor, startOf } from "./anchors.ts";
import type { CheckpointKey } from "./checkpoint-key.ts";

/** The newest entry of a workspace, as noted in the database. */
export interface Head {
  readonly workspaceId: string;
  readonly sequence: number;
  readonly count: number;
  readonly head: string;
}

/** The newest entry of each workspace. */
export function* readHeads(): Work<readonly Head[]> {
  return yield* rows<Head>(headsSql);
}

const headsSql = `SELECT workspace_id AS "workspaceId", sequence, position AS "count", hash AS "head"
  FROM audit_heads`;

/** Why the log does not match a checkpoint, as a phrase to show; undefined if it does. */
export function* misfit(checkpoint: Checkpoint, key: CheckpointKey, newest = 0): Work<string | undefined> {
  const { sequence, count, head: hash, workspaceId } = checkpoint;
  if (newest < count) return endsBefore(checkpoint, newest);
  const { anchor, fault } = startOf(yield* newestAnchor(workspaceId), [key]);
  if (fault !== undefined) return fault;
  // Its entry was retired, and the anchor is signed too.
  if (anchor && (count < anchor.position || (count === anchor.position && hash === anchor.hash)))
    return undefined;
  const entry = yield* row<Row>("SELECT * FROM audit_entries WHERE sequence = @sequence", { sequence });
  const fits =
    entry?.["workspace_id"] === workspaceId &&
    entry.position === count &&
    entry.hash === hash &&
    rowHash(entry, auditOrder) === hash;
  return fits ? undefined : `entry ${count} does not match the checkpoint of ${checkpoint.at}`;
}

/** The phrase for a log that ends before its checkpoint. */
export function endsBefore({ count, at }: Checkpoint, newest: number): string {
  return `it ends with entry ${newest}, and the checkpoint of ${at} covers entry ${count}`;
}

/** How many entries are read at once. */
const pageSize = 500;

/**
 * Faults in the entries between the last checkpoint and the newest entry, as text to show; undefined if each links to
 * the one before. Checked before the newest entry is signed.
 */
export function* brokenSince(
  last: Checkpoint | undefined,
  newest: Head,
  key: CheckpointKey,
): Work<string | undefined> {
  const { workspaceId } = newest;
  const { anchor, fault } = startOf(yield* newestAnchor(workspaceId), [key]);
  if (fault !== undefined) return fault;
  // From the checkpoint's own entry on, or if that was retired, from the first entry after the anchor.
  const signed = last && last.count > (anchor?.position ?? 0) ? last : undefined;
  const start = signed
    ? { position: signed.count - 1, hash: undefined, from: signed.sequence }
    : yield* beginning(workspaceId, anchor);
  let { position, hash: before, from } = start;
  let hash = anchor && newest.count === anchor.position ? anchor.hash : "";
  while (position < newest.count) {
    const page: readonly Row[] = yield* rows<Row>(sinceSql, { workspaceId, from, pageSize });
    for (const entry of page) {
      position += 1;
      const follows = before === undefined ? entry.hash === signed?.head : entry.previous_hash === before;
      if (entry.position !== position || !follows || rowHash(entry, auditOrder) !== entry.hash)
        return `entry ${position} is not what was written, or does not follow from the one before it`;
      before = entry.hash;
      hash = entry.hash;
      from = entry.sequence + 1;
      if (position === newest.count) break;
    }
    if (page.length < pageSize) break;
  }
  if (position === newest.count && hash === newest.head) return undefined;
  return `it ends with entry ${position}, and not as the database has noted`;
}

/** Where a log without a checkpoint begins. */
function* beginning(
  workspaceId: string,
  anchor: StartingAnchor | undefined,
): Work<{ position: number; hash: string | undefined; from: number }> {
  if (!anchor) return { position: 0, hash: genesisHash(workspaceId), from: 0 };
  const sql =
    "SELECT min(sequence) AS sequence FROM audit_entries WHERE workspace_id = @workspaceId AND position > @position";
  const { position, hash } = anchor;
  const first = yield* row<{ sequence: number | null }>(sql, { workspaceId, position });
  return { position, hash, from: first?.sequence ?? 0 };
}

/** Such faults of the logs for which no other fault was found. */
export function* brokenLogs(
  heads: readonly Head[],
  last: ReadonlyMap<string, Checkpoint>,
  known: readonly { readonly workspaceId: string | undefined }[],
  key: CheckpointKey,
): Work<readonly { readonly workspaceId: string; readonly words: string }[]> {
  const faulty = new Set(known.map(({ workspaceId }) => workspaceId));
  const broken: { readonly workspaceId: string; readonly words: string }[] = [];
  for (const head of faulty.has(undefined) ? [] : heads) {
    const { workspaceId } = head;
    if (faulty.has(workspaceId)) continue;
    const words = yield* brokenSince(last.get(workspaceId), head, key);
    if (words !== undefined) broken.push({ workspaceId, words });
  }
  return broken;
}

type Row = LinkColumns & Readonly<Record<string, unknown>> & { readonly sequence: number };

const sinceSql = `SELECT * FROM audit_entries WHERE workspace_id = @workspaceId AND sequence >= @from
  ORDER BY sequence LIMIT @pageSize`;
