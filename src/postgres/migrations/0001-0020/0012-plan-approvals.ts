/** The approval of a failover plan's protected numbers. */
export const planApprovals = 'ALTER TABLE plan_states ADD COLUMN approval TEXT COLLATE "C";';
