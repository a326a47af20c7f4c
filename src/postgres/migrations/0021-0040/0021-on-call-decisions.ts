/** The schedule without which the person who decided might not have: their decision outlasts their shift. */
export const onCallDecisions = 'ALTER TABLE approvals ADD COLUMN on_call TEXT COLLATE "C";';
