/** How many approvals a protection and a request want, and the first of two. What was there before wants one. */
export const twoApprovals = `
ALTER TABLE protections ADD COLUMN approvals INTEGER NOT NULL DEFAULT 1 CHECK (approvals IN (1, 2));
ALTER TABLE approvals ADD COLUMN wanted INTEGER NOT NULL DEFAULT 1 CHECK (wanted IN (1, 2));
ALTER TABLE approvals ADD COLUMN first_by TEXT COLLATE "C";
ALTER TABLE approvals ADD COLUMN first_at TEXT COLLATE "C";
ALTER TABLE approvals ADD COLUMN first_on_call TEXT COLLATE "C";
`;
