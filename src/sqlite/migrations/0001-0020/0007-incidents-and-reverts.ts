/** Incidents, their reverts with a row for each step, and an index of their changes in the audit log. */
export const incidentsAndReverts = `
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
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX incidents_open_in ON incidents (workspace_id, channel_id)
  WHERE ended_at IS NULL AND channel_id IS NOT NULL;

-- Invalid JSON is skipped: an entry that was tampered with must not break the queries that find it.
CREATE INDEX audit_by_incident ON audit_entries (workspace_id, CASE WHEN json_valid(details) THEN json_extract(details, '$.incident') END) WHERE CASE WHEN json_valid(details) THEN json_extract(details, '$.incident') END IS NOT NULL;

CREATE TABLE reverts (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  incident     TEXT NOT NULL,
  by           TEXT NOT NULL,
  made_at      TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('shown', 'running', 'done')),
  PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reverts_running ON reverts (workspace_id, incident) WHERE state = 'running';

CREATE TABLE revert_steps (
  workspace_id TEXT NOT NULL,
  revert_id    TEXT NOT NULL,
  position     INTEGER NOT NULL,
  step         TEXT NOT NULL,
  result       TEXT,
  PRIMARY KEY (workspace_id, revert_id, position)
) STRICT, WITHOUT ROWID;
`;
