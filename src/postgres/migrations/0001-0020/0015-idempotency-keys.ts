import { bytewise } from "../bytewise.ts";

/** Requests of programs to the HTTP API that must not work twice, with their answers. */
export const idempotencyKeys = bytewise(`
CREATE TABLE idempotency_keys (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  token_id     TEXT NOT NULL,
  key          TEXT NOT NULL,
  fingerprint  TEXT NOT NULL,
  change_id    TEXT NOT NULL,
  at_ms        BIGINT NOT NULL,
  status       INTEGER,
  answer       TEXT,
  PRIMARY KEY (workspace_id, token_id, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (at_ms);
`);
