import { bytewise } from "../bytewise.ts";

/** Tokens of the HTTP API. */
export const apiTokens = bytewise(`
CREATE TABLE api_tokens (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  hash         TEXT NOT NULL UNIQUE,
  name         TEXT NOT NULL,
  owner        TEXT NOT NULL,
  scope        TEXT NOT NULL,
  connections  TEXT,
  made_at      TEXT NOT NULL,
  expires_at   TEXT NOT NULL,
  last_used_at TEXT,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, name)
);
`);
