import { bytewise } from "../bytewise.ts";

/**
 * Functions that SQLite has and PostgreSQL has not, so that both understand the same queries. Texts are stored as
 * they came: PostgreSQL's own types for JSON would change them, and the hash of an entry would not match any more.
 */
const functions = `
CREATE FUNCTION instr(text TEXT, part TEXT) RETURNS INTEGER
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN strpos(text, part);

CREATE FUNCTION json_valid(text TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF text IS NULL THEN RETURN NULL; END IF;
  PERFORM text::json;
  RETURN true;
EXCEPTION WHEN OTHERS THEN RETURN false;
END $$;

CREATE FUNCTION json_extract(text TEXT, path TEXT) RETURNS TEXT
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN text::json ->> substr(path, 3);
END $$;

CREATE FUNCTION json_each(text TEXT) RETURNS TABLE (key TEXT, value TEXT)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF json_typeof(text::json) = 'array' THEN
    RETURN QUERY SELECT (n - 1)::TEXT, item
      FROM json_array_elements_text(text::json) WITH ORDINALITY AS items (item, n);
  ELSE
    RETURN QUERY SELECT each.key, each.value FROM json_each_text(text::json) AS each;
  END IF;
END $$;
`;

const auditLog = `
CREATE SEQUENCE audit_sequence;

CREATE TABLE audit_entries (
  sequence             BIGINT PRIMARY KEY,
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
  vendor_status        BIGINT,
  duration_ms          DOUBLE PRECISION,
  details              TEXT,
  position             BIGINT NOT NULL,
  previous_hash        TEXT NOT NULL,
  hash                 TEXT NOT NULL CHECK (length(hash) = 64),
  CHECK (kind NOT IN ('change.requested', 'change.outcome') OR change_id IS NOT NULL),
  CHECK (kind <> 'change.outcome' OR outcome IS NOT NULL)
);

CREATE UNIQUE INDEX audit_by_position ON audit_entries (workspace_id, position);
CREATE INDEX audit_by_workspace ON audit_entries (workspace_id, sequence);
CREATE INDEX audit_by_time ON audit_entries (workspace_id, at, sequence);
CREATE INDEX audit_by_number ON audit_entries (workspace_id, number_connection_id, number_id, sequence)
  WHERE number_id IS NOT NULL;
CREATE INDEX audit_by_change ON audit_entries (workspace_id, change_id, kind, sequence)
  WHERE change_id IS NOT NULL;
CREATE INDEX audit_changes ON audit_entries (workspace_id, sequence)
  WHERE kind IN ('change.requested', 'change.refused');
CREATE UNIQUE INDEX audit_requests ON audit_entries (workspace_id, request_id) WHERE kind = 'change.requested';
CREATE UNIQUE INDEX audit_change_once ON audit_entries (workspace_id, change_id) WHERE kind = 'change.requested';
CREATE INDEX audit_break_glass ON audit_entries (workspace_id, sequence)
  WHERE kind = 'change.requested' AND instr(details, '"breakGlass":"yes"') > 0;
CREATE INDEX audit_by_incident ON audit_entries
  (workspace_id, (CASE WHEN json_valid(details) THEN json_extract(details, '$.incident') END), sequence)
  WHERE (CASE WHEN json_valid(details) THEN json_extract(details, '$.incident') END) IS NOT NULL;

-- The newest entry of each workspace: the next entry links to it, and it shows that the log was truncated.
CREATE TABLE audit_heads (
  workspace_id TEXT NOT NULL PRIMARY KEY,
  sequence     BIGINT NOT NULL,
  position     BIGINT NOT NULL,
  hash         TEXT NOT NULL
);

-- The changes without a known outcome, so that no query scans a million entries for them.
CREATE TABLE open_changes (
  workspace_id TEXT NOT NULL,
  sequence     BIGINT NOT NULL,
  change_id    TEXT NOT NULL,
  PRIMARY KEY (workspace_id, sequence)
);

CREATE TABLE signed_checkpoints (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  line         TEXT NOT NULL
);
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
  sealed       BYTEA NOT NULL,
  created_at   TEXT NOT NULL,
  updated_at   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX connections_by_name ON connections (workspace_id, name_key);

CREATE TABLE installations (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  installed_at TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  sealed       BYTEA NOT NULL
);

CREATE TABLE fingerprint_key (
  "only" INTEGER PRIMARY KEY CHECK ("only" = 1),
  key_id TEXT NOT NULL,
  sealed BYTEA NOT NULL
);
`;

const workflow = `
CREATE TABLE workspace_settings (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  settings     TEXT NOT NULL,
  revision     BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE claimed_requests (
  workspace_id TEXT NOT NULL,
  request_id   TEXT NOT NULL,
  at_ms        BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, request_id)
);
CREATE INDEX claimed_requests_by_time ON claimed_requests (at_ms);

CREATE TABLE said_changes (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  change_id    TEXT NOT NULL,
  said         TEXT NOT NULL,
  at           TEXT NOT NULL,
  PRIMARY KEY (workspace_id, change_id)
);
CREATE INDEX said_changes_by_time ON said_changes (at);

CREATE TABLE outbox (
  id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  place        TEXT NOT NULL,
  message      TEXT NOT NULL,
  at           TEXT NOT NULL
);
CREATE INDEX outbox_by_place ON outbox (workspace_id, place, id);

CREATE TABLE freezes (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL,
  number_id     TEXT NOT NULL,
  title         TEXT NOT NULL,
  frozen_by     TEXT NOT NULL,
  reason        TEXT NOT NULL,
  at            TEXT NOT NULL,
  until         TEXT,
  PRIMARY KEY (workspace_id, connection_id, number_id)
);

CREATE TABLE protections (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL CHECK (connection_id <> ''),
  number_id     TEXT NOT NULL,
  title         TEXT NOT NULL,
  at            TEXT NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, number_id)
);

-- SQLite numbers rows by itself; here the number is a column.
CREATE TABLE approvals (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  id            TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('open', 'approved', 'declined', 'expired', 'over')),
  asked         TEXT NOT NULL,
  expires_at    TEXT NOT NULL,
  decided_by    TEXT,
  decided_at    TEXT,
  comment       TEXT,
  messages      TEXT NOT NULL,
  rowid         BIGINT GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX approvals_by_state ON approvals (workspace_id, state, expires_at);

CREATE TABLE incidents (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  key          TEXT NOT NULL,
  title        TEXT,
  channel_id   TEXT,
  started_by   TEXT NOT NULL,
  started_at   TEXT NOT NULL,
  ended_by     TEXT,
  ended_at     TEXT,
  thread       TEXT,
  PRIMARY KEY (workspace_id, key)
);
CREATE UNIQUE INDEX incidents_open_in ON incidents (workspace_id, channel_id)
  WHERE ended_at IS NULL AND channel_id IS NOT NULL;

CREATE TABLE reverts (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  incident     TEXT NOT NULL,
  by           TEXT NOT NULL,
  made_at      TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('shown', 'running', 'done')),
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX reverts_running ON reverts (workspace_id, incident) WHERE state = 'running';

CREATE TABLE revert_steps (
  workspace_id TEXT NOT NULL,
  revert_id    TEXT NOT NULL,
  position     BIGINT NOT NULL,
  step         TEXT NOT NULL,
  result       TEXT,
  PRIMARY KEY (workspace_id, revert_id, position)
);

CREATE TABLE timed_changes (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  change_id     TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  number_id     TEXT NOT NULL,
  state         TEXT NOT NULL,
  ends_at       TEXT NOT NULL,
  lasts_ms      BIGINT NOT NULL,
  remind_at     TEXT NOT NULL,
  due_at        TEXT NOT NULL,
  place         TEXT NOT NULL,
  ended_by      TEXT,
  revert_id     TEXT,
  tries         BIGINT NOT NULL,
  notes         TEXT NOT NULL,
  revision      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, change_id)
);
CREATE INDEX timed_changes_by_due ON timed_changes (due_at) WHERE state <> 'over';

CREATE TABLE drift_findings (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL,
  number_id     TEXT NOT NULL,
  finding       TEXT NOT NULL,
  seen_at       TEXT NOT NULL,
  said          INTEGER NOT NULL CHECK (said IN (0, 1)),
  PRIMARY KEY (workspace_id, connection_id, number_id)
);

CREATE TABLE announced (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  sequence     BIGINT NOT NULL
);

CREATE TABLE list_copies (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL,
  list          TEXT NOT NULL CHECK (list IN ('numbers', 'agents')),
  fingerprint   TEXT NOT NULL,
  at            TEXT NOT NULL,
  took_ms       BIGINT NOT NULL,
  unreadable    BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, connection_id, list),
  FOREIGN KEY (workspace_id, connection_id) REFERENCES connections ON DELETE CASCADE
);

-- Deflated JSON, some hundred items in each part.
CREATE TABLE list_copy_parts (
  workspace_id  TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  list          TEXT NOT NULL,
  part          BIGINT NOT NULL,
  items         BYTEA NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, list, part),
  FOREIGN KEY (workspace_id, connection_id, list) REFERENCES list_copies ON DELETE CASCADE
);

CREATE TABLE list_copy_revisions (
  workspace_id  TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  list          TEXT NOT NULL,
  item_id       TEXT NOT NULL,
  item          TEXT NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, list, item_id),
  FOREIGN KEY (workspace_id, connection_id, list) REFERENCES list_copies ON DELETE CASCADE
);

CREATE TABLE form_states (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  user_id      TEXT NOT NULL,
  token        TEXT NOT NULL,
  state        TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, user_id, token)
);
CREATE INDEX form_states_by_time ON form_states (created_at);

CREATE TABLE act_messages (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  channel_id   TEXT NOT NULL,
  ts           TEXT NOT NULL,
  subject      TEXT NOT NULL,
  act          TEXT NOT NULL,
  message      TEXT NOT NULL,
  at           TEXT NOT NULL,
  rowid        BIGINT GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (workspace_id, channel_id, ts)
);
CREATE INDEX act_messages_by_subject ON act_messages (workspace_id, subject);
CREATE INDEX act_messages_by_time ON act_messages (at);

CREATE TABLE act_marks (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  sequence     BIGINT NOT NULL
);
`;

const server = `
-- Always empty: writes to it are rolled back.
CREATE TABLE write_probe (filler BYTEA);
`;

/** All tables. The safeguards of the audit log are in `audit-safeguards.ts`. */
export const initialSchema = [functions, ...[auditLog, secrets, workflow, server].map(bytewise)].join("");
