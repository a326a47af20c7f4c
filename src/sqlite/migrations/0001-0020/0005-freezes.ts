/** Freezes. An empty id stands for all connections, or for all numbers of a connection. */
export const freezesTable = `
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
) STRICT;
`;
