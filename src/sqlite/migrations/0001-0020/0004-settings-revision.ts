/** A revision, so that nobody overwrites settings that they have not seen. */
export const settingsRevision = `
ALTER TABLE workspace_settings ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
`;
