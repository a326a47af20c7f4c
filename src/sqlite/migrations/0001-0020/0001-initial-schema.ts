/** The audit log, connections, installations, claimed requests, pending notifications and the outbox. */
export const initialSchema = `
CREATE TABLE audit_entries (
  sequence             INTEGER PRIMARY KEY AUTOINCREMENT,
  id                   TEXT NOT NULL UNIQUE,
  at                   TEXT NOT NULL,
  workspace_id         TEXT NOT NULL CHECK (workspace_id <> ''),
  kind                 TEXT NOT NULL,
  actor                TEXT NOT NULL,
  request_id           TEXT NOT NULL,
  connection           TEXT,
  number               TEXT,
  number_connection_id TEXT,
  number_id            TEXT,
  number_text          TEXT,
  change_id            TEXT,
  change_kind          TEXT,
  before_state         TEXT,
  wanted_state         TEXT,
  after_state          TEXT,
  labels               TEXT,
  reason               TEXT,
  outcome              TEXT CHECK (outcome IN ('applied', 'refused', 'unknown')),
  problem              TEXT,
  vendor_status        INTEGER,
  duration_ms          REAL,
  CHECK (kind NOT IN ('change.requested', 'change.outcome') OR change_id IS NOT NULL),
  CHECK (kind <> 'change.outcome' OR outcome IS NOT NULL)
) STRICT;

-- Every index ends in the sequence, which is SQLite's rowid: pages are read by it.
CREATE INDEX audit_by_workspace ON audit_entries (workspace_id);
CREATE INDEX audit_by_time ON audit_entries (workspace_id, at);
CREATE INDEX audit_by_number ON audit_entries (workspace_id, number_connection_id, number_id)
  WHERE number_id IS NOT NULL;
CREATE INDEX audit_by_change ON audit_entries (workspace_id, change_id, kind) WHERE change_id IS NOT NULL;
CREATE INDEX audit_changes ON audit_entries (workspace_id) WHERE kind IN ('change.requested', 'change.refused');
CREATE UNIQUE INDEX audit_requests ON audit_entries (workspace_id, request_id) WHERE kind = 'change.requested';

CREATE TRIGGER audit_never_updated BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_never_deleted BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- INSERT OR REPLACE deletes the existing row without firing the trigger above, unless the connection has
-- recursive_triggers on. This trigger fires first, on every connection.
CREATE TRIGGER audit_never_replaced BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE sequence = NEW.sequence)
  OR EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)
  OR NEW.kind = 'change.requested' AND (
    EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
      AND request_id = NEW.request_id AND kind = 'change.requested')
    OR EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
      AND change_id = NEW.change_id AND kind = 'change.requested'))
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only, and has this entry already'); END;

-- The changes without a known outcome, so that no query scans a million entries for them. Triggers maintain the
-- table in the statement that appends an entry; it can be rebuilt from audit_entries.
CREATE TABLE open_changes (
  workspace_id TEXT NOT NULL,
  sequence     INTEGER NOT NULL,
  change_id    TEXT NOT NULL,
  PRIMARY KEY (workspace_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER change_opened AFTER INSERT ON audit_entries WHEN NEW.kind = 'change.requested'
BEGIN INSERT INTO open_changes VALUES (NEW.workspace_id, NEW.sequence, NEW.change_id); END;

CREATE TRIGGER change_settled AFTER INSERT ON audit_entries
WHEN NEW.kind = 'change.outcome' AND NEW.outcome <> 'unknown'
BEGIN DELETE FROM open_changes WHERE workspace_id = NEW.workspace_id AND change_id = NEW.change_id; END;

CREATE TRIGGER change_reopened AFTER INSERT ON audit_entries
WHEN NEW.kind = 'change.outcome' AND NEW.outcome = 'unknown'
BEGIN
  INSERT INTO open_changes SELECT workspace_id, sequence, change_id FROM audit_entries
  WHERE workspace_id = NEW.workspace_id AND change_id = NEW.change_id AND kind = 'change.requested'
  ON CONFLICT DO NOTHING;
END;

CREATE TABLE connections (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  vendor       TEXT NOT NULL,
  name         TEXT NOT NULL,
  name_key     TEXT NOT NULL,
  fingerprint  TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  sealed       BLOB NOT NULL,
  created_at   TEXT NOT NULL,
  updated_at   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX connections_by_name ON connections (workspace_id, name_key);

CREATE TABLE installations (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  installed_at TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  sealed       BLOB NOT NULL
) STRICT;

CREATE TABLE fingerprint_key (
  only   INTEGER PRIMARY KEY CHECK (only = 1),
  key_id TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

-- Always empty: writes to it are rolled back.
CREATE TABLE write_probe (filler BLOB) STRICT;

CREATE TABLE claimed_requests (
  workspace_id TEXT NOT NULL,
  request_id   TEXT NOT NULL,
  at_ms        INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX claimed_requests_by_time ON claimed_requests (at_ms);

CREATE TABLE said_changes (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  change_id    TEXT NOT NULL,
  said         TEXT NOT NULL,
  at           TEXT NOT NULL,
  PRIMARY KEY (workspace_id, change_id)
) STRICT;
CREATE INDEX said_changes_by_time ON said_changes (at);

CREATE TABLE outbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  place        TEXT NOT NULL,
  message      TEXT NOT NULL,
  at           TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_by_place ON outbox (workspace_id, place);
`;
