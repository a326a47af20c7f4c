/** Temporary changes. */
export const timedChanges = `
CREATE TABLE timed_changes (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  change_id     TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  number_id     TEXT NOT NULL,
  state         TEXT NOT NULL,
  ends_at       TEXT NOT NULL,
  lasts_ms      INTEGER NOT NULL,
  remind_at     TEXT NOT NULL,
  due_at        TEXT NOT NULL,
  place         TEXT NOT NULL,
  ended_by      TEXT,
  revert_id     TEXT,
  tries         INTEGER NOT NULL,
  notes         TEXT NOT NULL,
  revision      INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, change_id)
) STRICT;
CREATE INDEX timed_changes_by_due ON timed_changes (due_at) WHERE state <> 'over';
`;
