import { monthOf, type Segment } from "../../domain/audit/anchor.ts";
import { chainVerifier } from "../../domain/audit/verify-chain.ts";
import { auditOrder } from "../audit/audit-row.ts";
import { genesisHash, rowHash } from "../crypto/chain-hash.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import type { AnchorRow } from "../checkpoints/anchors.ts";
import { startOf } from "../checkpoints/anchors.ts";
import type { CheckpointKey } from "../checkpoints/checkpoint-key.ts";
import type { StoredEntry } from "./segment-lines.ts";

const pageSize = 500;

/** The rows of a workspace between two positions, in order, read in pages. */
export async function* storedRows(
  db: WorkspaceDatabase,
  after: number,
  through: number,
): AsyncGenerator<StoredEntry> {
  for (let from = after; ;) {
    const page = await db.all<StoredEntry>(pageSql, { from, through, limit: pageSize });
    yield* page;
    from = page.at(-1)?.sequence ?? through;
    if (page.length < pageSize) return;
  }
}

const pageSql = `SELECT * FROM audit_entries WHERE workspace_id = @workspaceId
  AND sequence > @from AND sequence <= @through ORDER BY sequence LIMIT @limit`;

/** The segments up to a sequence that are not anchored yet, and how many entries are anchored and still there. */
export async function planSegments(
  db: WorkspaceDatabase,
  stored: AnchorRow | undefined,
  through: number,
  keys: readonly CheckpointKey[],
): Promise<{ readonly segments: readonly Segment[]; readonly waiting: number }> {
  const { workspaceId } = db;
  const { anchor, fault } = startOf(stored, keys);
  if (fault !== undefined) throw notIntact(workspaceId, fault);
  const start = { position: anchor?.position ?? 0, hash: anchor?.hash ?? genesisHash(workspaceId) };
  let newest: StoredEntry | undefined;
  const verifier = chainVerifier({
    workspaceId,
    genesis: start.hash,
    anchor,
    get noted() {
      return newest;
    },
    checkpoints: [],
    otherFindings: [],
  });
  const segments: Segment[] = [];
  let waiting = 0;
  for await (const row of storedRows(db, 0, through)) {
    const { sequence, position, previous_hash: previousHash, hash } = row;
    newest = row;
    verifier.pass({ sequence, position, previousHash, hash, actualHash: rowHash(row, auditOrder) });
    if (position <= start.position) {
      waiting += 1;
      continue;
    }
    const before = segments.at(-1);
    const month = monthOf(String(row["at"]));
    // An entry of a clock that was set back stays in the month that had begun.
    if (before && month <= before.month)
      segments[segments.length - 1] = { ...before, count: position, sequence, head: hash };
    else
      segments.push({
        workspaceId,
        month,
        first: position,
        count: position,
        sequence,
        previousHash,
        head: hash,
      });
  }
  const [finding] = newest ? verifier.report().findings : [];
  if (finding) throw notIntact(workspaceId, finding.words);
  return { segments, waiting };
}

function notIntact(workspaceId: string, words: string): Error {
  return new Error(
    `The audit log of ${workspaceId} is not intact: ${words}. Nothing was exported or removed. \`patchbay audit verify\` lists all faults.`,
  );
}
