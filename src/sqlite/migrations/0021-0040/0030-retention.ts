/**
 * Signed anchors of the parts of the audit log that were exported and removed, and legal holds. Only entries that an
 * anchor covers can be deleted, and none under a hold.
 */
export const retention = `
CREATE TABLE audit_anchors (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  count        INTEGER NOT NULL,
  revision     INTEGER NOT NULL,
  head         TEXT NOT NULL,
  line         TEXT NOT NULL,
  PRIMARY KEY (workspace_id, count, revision)
) STRICT;

CREATE TRIGGER anchors_never_updated BEFORE UPDATE ON audit_anchors
BEGIN SELECT RAISE(ABORT, 'anchors of the audit log are never changed'); END;
CREATE TRIGGER anchors_never_deleted BEFORE DELETE ON audit_anchors
BEGIN SELECT RAISE(ABORT, 'anchors of the audit log are never changed'); END;
CREATE TRIGGER anchors_never_replaced BEFORE INSERT ON audit_anchors
WHEN EXISTS (SELECT 1 FROM audit_anchors
  WHERE workspace_id = NEW.workspace_id AND count = NEW.count AND revision = NEW.revision)
BEGIN SELECT RAISE(ABORT, 'anchors of the audit log are never changed'); END;

CREATE TABLE legal_holds (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  set_by       TEXT NOT NULL,
  reason       TEXT NOT NULL,
  at           TEXT NOT NULL
) STRICT;

DROP TRIGGER audit_never_deleted;
CREATE TRIGGER audit_never_deleted BEFORE DELETE ON audit_entries
WHEN NOT EXISTS (SELECT 1 FROM audit_anchors WHERE workspace_id = OLD.workspace_id AND count >= OLD.position)
  OR EXISTS (SELECT 1 FROM legal_holds WHERE workspace_id = OLD.workspace_id)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- A log that moves to another database begins after its newest anchor, or with entries that wait to be removed.
DROP TRIGGER audit_chained;
CREATE TRIGGER audit_chained BEFORE INSERT ON audit_entries
WHEN NEW.hash IS NULL OR length(NEW.hash) <> 64 OR NEW.previous_hash IS NULL OR NEW.position IS NULL
  OR NOT CASE WHEN EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id)
    THEN EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id
      AND position = NEW.position - 1 AND hash = NEW.previous_hash)
    ELSE NEW.position = 1 OR EXISTS (SELECT 1 FROM audit_anchors WHERE workspace_id = NEW.workspace_id
      AND (count >= NEW.position OR count = NEW.position - 1 AND head = NEW.previous_hash)) END
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only, each entry tied to the one before it'); END;
`;
