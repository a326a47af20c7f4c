/** The number of records in a list that could not be read, so that readers know that the copy is incomplete. */
export const unreadableRecords = `
ALTER TABLE list_copies ADD COLUMN unreadable INTEGER NOT NULL DEFAULT 0;
`;
