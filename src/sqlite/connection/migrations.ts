import type Database from "better-sqlite3";
import { actMessages } from "../migrations/act-messages-migration.ts";
import { announcedEntries } from "../migrations/announced-migration.ts";
import { chainEntries } from "../migrations/chain-migration.ts";
import { detailsAndSettings } from "../migrations/details-migration.ts";
import { timedChanges } from "../migrations/timed-migration.ts";
import { incidentsAndReverts } from "../migrations/incidents-migration.ts";
import { driftFindings } from "../migrations/drift-migration.ts";
import { signedCheckpoints } from "../migrations/checkpoint-migration.ts";
import { listCopies } from "../migrations/list-copy-migration.ts";
import { databaseError } from "./database-error.ts";
import { formStates } from "../migrations/form-states-migration.ts";
import { freezesTable } from "../migrations/freezes-migration.ts";
import { protectionTables } from "../migrations/protection-migration.ts";
import { settingsRevision } from "../migrations/settings-revision-migration.ts";
import { connectionNameKeys } from "../migrations/name-key-migration.ts";
import { unreadableRecords } from "../migrations/unreadable-migration.ts";
import { unprovableChanges } from "../migrations/unprovable-migration.ts";

/** Marks the file as Patchbay's (`PRAGMA application_id`): the letters PBAY. */
const applicationId = 0x50424159;

const audit = `
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

-- Every index ends in the sequence, SQLite's rowid, by itself: pages are cut by it.
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

-- INSERT OR REPLACE deletes the row in its way without asking the trigger above, unless the connection has
-- recursive_triggers on; this one asks before, whoever connects.
CREATE TRIGGER audit_never_replaced BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE sequence = NEW.sequence)
  OR EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)
  OR NEW.kind = 'change.requested' AND (
    EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
      AND request_id = NEW.request_id AND kind = 'change.requested')
    OR EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
      AND change_id = NEW.change_id AND kind = 'change.requested'))
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only, and has this entry already'); END;

-- What is not settled yet, so that nobody looks for it among a million entries. Triggers keep it, in the very
-- statement that appends; it can be made again from audit_entries.
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
`;

const secrets = `
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
`;

const requests = `
-- Always empty: what is written here is taken back again.
CREATE TABLE write_probe (filler BLOB) STRICT;

CREATE TABLE claimed_requests (
  workspace_id TEXT NOT NULL,
  request_id   TEXT NOT NULL,
  at_ms        INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX claimed_requests_by_time ON claimed_requests (at_ms);
`;

const said = `
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

/** A step of the schema: SQL, or what SQL alone cannot do. */
export type Migration = string | ((db: Database.Database) => void);

/** The schema's steps; the first makes version 1. A released step is never edited: add another. */
export const migrations: readonly Migration[] = [
  audit + secrets + requests + said,
  chainEntries,
  detailsAndSettings,
  settingsRevision,
  freezesTable,
  protectionTables,
  incidentsAndReverts,
  timedChanges,
  driftFindings,
  announcedEntries,
  listCopies,
  unprovableChanges,
  signedCheckpoints,
  unreadableRecords,
  formStates,
  actMessages,
  connectionNameKeys,
];

/**
 * Whether the database is behind the present schema. Throws a `databaseError` for one that a newer Patchbay wrote and
 * for another program's.
 */
export function checkSchema(db: Database.Database, path: string, steps = migrations): boolean {
  const version = schemaVersion(db);
  const isOurs = db.pragma("application_id", { simple: true }) === applicationId;
  const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (!isOurs && !(isEmpty && version === 0)) {
    throw databaseError(
      path,
      "it belongs to another program",
      "Set DATABASE_PATH to a file of Patchbay's own.",
    );
  }
  if (version > steps.length) {
    const fault = `its schema is version ${version}, and this Patchbay knows no more than ${steps.length}`;
    throw databaseError(
      path,
      fault,
      "Run the Patchbay that wrote it or a newer one, or restore an older backup.",
    );
  }
  return version < steps.length;
}

/** Brings the database to the present schema, each step in a transaction of its own. Throws what `checkSchema` throws. */
export function migrate(db: Database.Database, path: string, steps = migrations): void {
  checkSchema(db, path, steps);
  for (const [index, step] of steps.entries()) {
    const apply = db.transaction(() => {
      // Read again inside: another process may have taken the step while this one waited for its turn.
      if (schemaVersion(db) !== index) return;
      db.pragma(`application_id = ${applicationId}`);
      if (typeof step === "string") db.exec(step);
      else step(db);
      db.pragma(`user_version = ${index + 1}`);
    });
    if (schemaVersion(db) <= index) apply.immediate();
  }
}

function schemaVersion(db: Database.Database): number {
  return Number(db.pragma("user_version", { simple: true }));
}
