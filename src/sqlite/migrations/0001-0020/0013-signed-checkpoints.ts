/** The newest signed checkpoint of each workspace, to notice when it is missing from the checkpoint file. */
export const signedCheckpoints = `
CREATE TABLE signed_checkpoints (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  line         TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
