/** Protections, approval requests, and an index of the changes made by break glass. */
export const protectionTables = `
CREATE TABLE protections (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL CHECK (connection_id <> ''),
  number_id     TEXT NOT NULL,
  title         TEXT NOT NULL,
  at            TEXT NOT NULL,
  PRIMARY KEY (workspace_id, connection_id, number_id)
) STRICT;

CREATE TABLE approvals (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  id            TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('open', 'approved', 'declined', 'expired', 'over')),
  asked         TEXT NOT NULL,
  expires_at    TEXT NOT NULL,
  decided_by    TEXT,
  decided_at    TEXT,
  comment       TEXT,
  messages      TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX approvals_by_state ON approvals (workspace_id, state, expires_at);

CREATE INDEX audit_break_glass ON audit_entries (workspace_id, sequence)
  WHERE kind = 'change.requested' AND instr(details, '"breakGlass":"yes"') > 0;
`;
