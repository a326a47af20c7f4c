/** State that outlives a process: used states of installations, and since when a bot token is in use. */
export const sharedState = `
CREATE TABLE used_install_states (
  id      TEXT NOT NULL PRIMARY KEY,
  used_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_install_states_by_time ON used_install_states (used_at);

CREATE TABLE bot_tokens (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  token_hash   TEXT NOT NULL,
  since        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE short_lived_secrets (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  sealed       BLOB NOT NULL,
  kept_at      TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX short_lived_secrets_by_time ON short_lived_secrets (kept_at);

ALTER TABLE list_copies ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE list_copy_revisions ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
`;
