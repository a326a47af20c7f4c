import { bytewise } from "../bytewise.ts";

/** Where people read what to do about a number. */
export const runbooks = bytewise(`
CREATE TABLE runbooks (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL,
  number_id     TEXT NOT NULL,
  url           TEXT NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, number_id)
);
`);
