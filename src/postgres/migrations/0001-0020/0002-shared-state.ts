import { bytewise } from "../bytewise.ts";

/** State that replicas share: used states of installations, and since when a bot token is in use. */
export const sharedState = bytewise(`
CREATE TABLE used_install_states (
  id      TEXT NOT NULL PRIMARY KEY,
  used_at TEXT NOT NULL
);
CREATE INDEX used_install_states_by_time ON used_install_states (used_at);

CREATE TABLE bot_tokens (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  token_hash   TEXT NOT NULL,
  since        TEXT NOT NULL
);

CREATE TABLE short_lived_secrets (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  sealed       BYTEA NOT NULL,
  kept_at      TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX short_lived_secrets_by_time ON short_lived_secrets (kept_at);

-- Not in the write-ahead log: after a crash of the database, counts and budgets begin anew.
CREATE UNLOGGED TABLE request_counts (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  key          TEXT NOT NULL,
  ends_at_ms   BIGINT NOT NULL,
  count        BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, key)
);
CREATE INDEX request_counts_by_time ON request_counts (ends_at_ms);

CREATE UNLOGGED TABLE vendor_budgets (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  account      TEXT NOT NULL,
  bucket       TEXT NOT NULL,
  used_at_ms   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, account)
);
CREATE INDEX vendor_budgets_by_time ON vendor_budgets (used_at_ms);

ALTER TABLE list_copies ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE list_copy_revisions ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
`);
