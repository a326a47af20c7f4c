/** Rows of a released Patchbay, each of which needs some work. */
export const oldWorkSql = `
INSERT INTO timed_changes VALUES ('T1', 'chg_t', 'con_t', 'pn_1', 'running', '2026-01-01T03:30:00.250Z', 60000,
  '2026-01-01T03:24:00.000Z', '2026-01-01T03:24:00.125Z', '{}', NULL, NULL, 0, '[]', 1);
INSERT INTO timed_changes VALUES ('T1', 'chg_over', 'con_t', 'pn_1', 'over', '2026-01-01T03:30:00.250Z', 60000,
  '2026-01-01T03:24:00.000Z', '2026-01-01T03:24:00.125Z', '{}', NULL, NULL, 0, '[]', 1);
INSERT INTO reverts VALUES ('T1', 'rev_1', 'INC-1', '{}', '2026-01-01T03:00:00.000Z', 'running');
INSERT INTO reverts VALUES ('T1', 'rev_2', 'INC-1', '{}', '2026-01-01T03:00:00.000Z', 'done');
INSERT INTO approvals (workspace_id, id, state, asked, expires_at, messages) VALUES
  ('T1', 'apr_asked', 'open', '{}', '2026-01-01T03:10:00.001Z', '[{}]'),
  ('T1', 'apr_new', 'open', '{}', '2026-01-01T03:10:00.000Z', '[]'),
  ('T1', 'apr_yes', 'approved', '{}', '2026-01-01T03:10:00.000Z', '[{}]'),
  ('T1', 'apr_over', 'over', '{}', '2026-01-01T03:10:00.000Z', '[{}]');
INSERT INTO freezes VALUES ('T1', '', '', 'Everything', 'U1', 'r', '2026-01-01T03:00:00.000Z', '2026-01-01T04:00:00.000Z');
INSERT INTO freezes VALUES ('T1', 'con_1', 'pn_1', 'Main line', 'U1', 'r', '2026-01-01T03:00:00.000Z', NULL);
`;

const at = (time: string): number => Date.parse(`2026-01-01T${time}Z`);

/** The work that these rows need, by kind and item, with its lane and when it is due. */
export const scheduledWork = (
  open: readonly (readonly [string, string])[],
  connections: readonly string[],
  revertKind: "run" | "revert" = "run",
) => [
  ["approval_expiry", "apr_asked", "", at("03:10:00.001")],
  ["approval_expiry", "apr_new", "", at("03:10:00.000")],
  ["approval_request", "apr_new", "", 0],
  ["approved_change", "apr_yes", "", 0],
  ...connections.map((id) => ["drift_cartesia", id, "", 0]),
  ["expiry", "chg_t", "con_t", at("03:24:00.125")],
  ["freeze_expiry", "/", "", at("04:00:00.000")],
  ...open.map(([changeId, connectionId]) => ["outcome", changeId, connectionId, 0]),
  [revertKind, "rev_1", "", 0],
];
