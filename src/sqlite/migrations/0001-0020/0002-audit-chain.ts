import type Database from "better-sqlite3";
import { genesisHash, linkColumns, nameOrder } from "../../../store/crypto/chain-hash.ts";

const columns = `
ALTER TABLE audit_entries ADD COLUMN position INTEGER;
ALTER TABLE audit_entries ADD COLUMN previous_hash TEXT;
ALTER TABLE audit_entries ADD COLUMN hash TEXT;

-- The newest entry of each workspace: the next entry links to it, and it shows that the log was truncated.
CREATE TABLE audit_heads (
  workspace_id TEXT NOT NULL PRIMARY KEY,
  sequence     INTEGER NOT NULL,
  position     INTEGER NOT NULL,
  hash         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

DROP TRIGGER audit_never_updated;
`;

const guards = `
CREATE TRIGGER audit_never_updated BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_chained BEFORE INSERT ON audit_entries
WHEN NEW.hash IS NULL OR length(NEW.hash) <> 64 OR NEW.previous_hash IS NULL
  OR NEW.position IS NULL OR NOT CASE NEW.position
    WHEN 1 THEN NOT EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id)
    ELSE EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id
      AND position = NEW.position - 1 AND hash = NEW.previous_hash) END
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only, each entry tied to the one before it'); END;

CREATE TRIGGER audit_head_moved AFTER INSERT ON audit_entries
BEGIN
  INSERT INTO audit_heads VALUES (NEW.workspace_id, NEW.sequence, NEW.position, NEW.hash)
  ON CONFLICT (workspace_id) DO UPDATE
  SET sequence = excluded.sequence, position = excluded.position, hash = excluded.hash;
END;

CREATE TRIGGER audit_head_moves_on BEFORE UPDATE ON audit_heads
WHEN NEW.workspace_id <> OLD.workspace_id OR NEW.position <> OLD.position + 1
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_head_never_deleted BEFORE DELETE ON audit_heads
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`;

/**
 * Links every entry to the one before it by a hash. Existing entries are linked as they are: a change made to them
 * before this migration stays invisible.
 */
export function chainEntries(db: Database.Database): void {
  db.exec(columns);
  const read = db.prepare<[number], Row>(
    "SELECT * FROM audit_entries WHERE sequence > ? ORDER BY sequence LIMIT 1000",
  );
  const write = db.prepare(
    "UPDATE audit_entries SET position = ?, previous_hash = ?, hash = ? WHERE sequence = ?",
  );
  const columnNames = db
    .prepare("SELECT * FROM audit_entries")
    .columns()
    .map(({ name }) => name);
  const order = nameOrder(columnNames);
  const heads = new Map<string, Head>();
  // In batches, because a connection cannot write while it iterates.
  for (let rows = read.all(0); rows.length > 0; rows = read.all(rows.at(-1)?.sequence ?? 0)) {
    for (const row of rows) {
      const newest = heads.get(row.workspace_id) ?? { position: 0, hash: genesisHash(row.workspace_id) };
      const { position, previous_hash: previousHash, hash } = linkColumns(row, newest, order);
      write.run(position, previousHash, hash, row.sequence);
      heads.set(row.workspace_id, { sequence: row.sequence, position, hash });
    }
  }
  const note = db.prepare("INSERT INTO audit_heads VALUES (?, ?, ?, ?)");
  for (const [workspaceId, head] of heads) note.run(workspaceId, head.sequence, head.position, head.hash);
  db.exec(guards);
}

type Row = Readonly<Record<string, unknown>> & { readonly sequence: number; readonly workspace_id: string };

interface Head {
  readonly sequence?: number;
  readonly position: number;
  readonly hash: string;
}
