/** Numbers that were changed outside Patchbay, one row for each number. */
export const driftFindings = `
CREATE TABLE drift_findings (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  connection_id TEXT NOT NULL,
  number_id     TEXT NOT NULL,
  finding       TEXT NOT NULL,
  seen_at       TEXT NOT NULL,
  said          INTEGER NOT NULL CHECK (said IN (0, 1)),
  PRIMARY KEY (workspace_id, connection_id, number_id)
) STRICT, WITHOUT ROWID;
`;
