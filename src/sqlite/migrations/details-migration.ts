/** What an entry says beside its columns, and what a workspace has settled. */
export const detailsAndSettings = `
ALTER TABLE audit_entries ADD COLUMN details TEXT;

CREATE TABLE workspace_settings (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  settings     TEXT NOT NULL
) STRICT;
`;
