import { bytewise } from "./bytewise.ts";

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

ALTER TABLE list_copies ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE list_copy_revisions ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
`);
