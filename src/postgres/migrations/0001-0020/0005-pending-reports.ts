/** The work of reporting changes to the people who wait for them. */
export const pendingReports = `
INSERT INTO work_items SELECT 'notification', workspace_id, change_id, '', 0, 1, NULL, NULL, 0 FROM said_changes;
`;
