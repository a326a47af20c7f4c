/** The newest checkpoint of each workspace as it was signed, so that one that is gone from the file is missed. */
export const signedCheckpoints = `
CREATE TABLE signed_checkpoints (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  line         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
