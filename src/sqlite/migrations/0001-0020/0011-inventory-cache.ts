/** Copies of each connection's lists. They are deleted with the connection, and valid for one API key only. */
export const listCopies = `
CREATE TABLE list_copies (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL,
  list          TEXT NOT NULL CHECK (list IN ('numbers', 'agents')),
  fingerprint   TEXT NOT NULL,
  at            TEXT NOT NULL,
  took_ms       INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, list),
  FOREIGN KEY (workspace_id, connection_id) REFERENCES connections ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Deflated JSON, some thousand items in each part.
CREATE TABLE list_copy_parts (
  workspace_id  TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  list          TEXT NOT NULL,
  part          INTEGER NOT NULL,
  items         BLOB NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, list, part),
  FOREIGN KEY (workspace_id, connection_id, list) REFERENCES list_copies ON DELETE CASCADE
) STRICT;

-- Items that were read again since.
CREATE TABLE list_copy_revisions (
  workspace_id  TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  list          TEXT NOT NULL,
  item_id       TEXT NOT NULL,
  item          TEXT NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, list, item_id),
  FOREIGN KEY (workspace_id, connection_id, list) REFERENCES list_copies ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
`;
