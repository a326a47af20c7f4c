/** How often the settings of a workspace were written, so that nobody writes over what they have not seen. */
export const settingsRevision = `
ALTER TABLE workspace_settings ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
`;
