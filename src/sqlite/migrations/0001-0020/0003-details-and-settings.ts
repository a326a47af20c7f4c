/** Further details of an entry as JSON, and the settings of a workspace. */
export const detailsAndSettings = `
ALTER TABLE audit_entries ADD COLUMN details TEXT;

CREATE TABLE workspace_settings (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  settings     TEXT NOT NULL
) STRICT;
`;
