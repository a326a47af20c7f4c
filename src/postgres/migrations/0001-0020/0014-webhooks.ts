import { bytewise } from "../bytewise.ts";

/** Subscriptions to the audit log. The address and the secrets of each are encrypted. */
export const webhooks = bytewise(`
CREATE TABLE webhooks (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  id            TEXT NOT NULL,
  origin        TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('active', 'paused')),
  sequence      BIGINT NOT NULL,
  failing_since TEXT,
  failure       TEXT,
  told          BIGINT NOT NULL CHECK (told IN (0, 1)),
  created_at    TEXT NOT NULL,
  key_id        TEXT NOT NULL,
  sealed        BYTEA NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
`);
