/** How many records of a list could not be read, so that those who see its copy know that it lacks them. */
export const unreadableRecords = `
ALTER TABLE list_copies ADD COLUMN unreadable INTEGER NOT NULL DEFAULT 0;
`;
