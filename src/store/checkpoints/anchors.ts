import type { StartingAnchor } from "../../domain/audit/audit-chain.ts";
import type { ReadAnchor } from "../../domain/audit/anchor.ts";
import type { CheckpointKey, SigningKey } from "./checkpoint-key.ts";
import { row, rows, run, type Work } from "../database/database.ts";
import { anchorLine, readAnchor } from "./anchor-line.ts";

/** A stored anchor. Anybody who can write the database may have made it: only its signature counts. */
export interface AnchorRow {
  readonly workspaceId: string;
  readonly count: number;
  readonly revision: number;
  readonly line: string;
}

const columns = 'workspace_id AS "workspaceId", count, revision, line';

/** The newest anchor of each workspace that has one. */
export const newestAnchorsSql = `SELECT ${columns} FROM audit_anchors a WHERE NOT EXISTS (
  SELECT 1 FROM audit_anchors b WHERE b.workspace_id = a.workspace_id
    AND (b.count > a.count OR b.count = a.count AND b.revision > a.revision))`;

/** The workspaces under a legal hold. */
export const heldSql = 'SELECT workspace_id AS "workspaceId" FROM legal_holds';

/** Reads the newest anchors. */
export function* newestAnchors(): Work<readonly AnchorRow[]> {
  return yield* rows<AnchorRow>(newestAnchorsSql);
}

/** The newest anchor of a workspace. */
export function* newestAnchor(workspaceId: string): Work<AnchorRow | undefined> {
  const sql = `SELECT ${columns} FROM audit_anchors WHERE workspace_id = @workspaceId
    ORDER BY count DESC, revision DESC LIMIT 1`;
  return yield* row<AnchorRow>(sql, { workspaceId });
}

/** What a stored anchor says; undefined if it is another workspace's, or none. */
export function anchorOf(
  { workspaceId, count, line }: AnchorRow,
  keys: readonly CheckpointKey[],
): ReadAnchor | undefined {
  const anchor = readAnchor(line, keys);
  return anchor?.workspaceId === workspaceId && anchor.count === count ? anchor : undefined;
}

/** Signs the newest anchors that are not signed by the key, as an operator who accepts the log wants. */
export function* signAnchors(key: SigningKey): Work<void> {
  for (const stored of yield* newestAnchors()) {
    const anchor = anchorOf(stored, [key]);
    if (!anchor || anchor.isSigned) continue;
    const { workspaceId, count, revision } = stored;
    const { isSigned: _isSigned, ...said } = anchor;
    const values = {
      workspaceId,
      count,
      revision: revision + 1,
      head: anchor.head,
      line: anchorLine(said, key),
    };
    yield* run("INSERT INTO audit_anchors VALUES (@workspaceId, @count, @revision, @head, @line)", values);
  }
}

/** Where the log of a workspace begins according to a stored anchor, and why that does not count, as a phrase to show. */
export function startOf(
  stored: AnchorRow | undefined,
  keys: readonly CheckpointKey[],
): { readonly anchor?: StartingAnchor; readonly fault?: string } {
  if (!stored) return {};
  const anchor = anchorOf(stored, keys);
  if (!anchor) return { fault: `the anchor at entry ${stored.count} is none` };
  const { month, count: position, head: hash, isSigned } = anchor;
  const start = { anchor: { month, position, hash, isSigned } };
  // Without any key, nothing can be signed.
  return isSigned || keys.length === 0 ? start : { ...start, fault: unsigned(position) };
}

/** The phrase for entries that somebody without the key has removed. */
function unsigned(position: number): string {
  return `the anchor at entry ${position}, up to which entries were removed, is not signed by this server's key`;
}
