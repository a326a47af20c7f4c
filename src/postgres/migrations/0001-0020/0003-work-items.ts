import { bytewise } from "../bytewise.ts";

const table = bytewise(`
-- The work that is due, now or later, for each state of another table that needs some. Times are milliseconds since 1970,
-- by the database's clock.
CREATE TABLE work_items (
  kind          TEXT NOT NULL,
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  item_id       TEXT NOT NULL,
  lane          TEXT NOT NULL,
  due_at        BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  claimed_by    TEXT,
  claimed_until BIGINT,
  attempts      BIGINT NOT NULL,
  PRIMARY KEY (kind, workspace_id, item_id)
);
CREATE INDEX work_items_by_due ON work_items (kind, due_at);
`);

/** A time of another table in milliseconds. */
const ms = (column: string): string => `floor(extract(epoch FROM ${column}::TIMESTAMPTZ) * 1000)::BIGINT`;

const filled = `
INSERT INTO work_items SELECT 'expiry', workspace_id, change_id, connection_id, ${ms("due_at")}, 1, NULL, NULL, 0
  FROM timed_changes WHERE state <> 'over';
INSERT INTO work_items SELECT 'revert', workspace_id, id, '', 0, 1, NULL, NULL, 0
  FROM reverts WHERE state = 'running';
INSERT INTO work_items SELECT 'approval_request', workspace_id, id, '', 0, 1, NULL, NULL, 0
  FROM approvals WHERE state = 'open' AND messages = '[]';
INSERT INTO work_items SELECT 'approval_expiry', workspace_id, id, '', ${ms("expires_at")}, 1, NULL, NULL, 0
  FROM approvals WHERE state = 'open';
INSERT INTO work_items SELECT 'approved_change', workspace_id, id, '', 0, 1, NULL, NULL, 0
  FROM approvals WHERE state = 'approved';
INSERT INTO work_items
  SELECT 'freeze_expiry', workspace_id, connection_id || '/' || number_id, '', ${ms("until")}, 1, NULL, NULL, 0
  FROM freezes WHERE until IS NOT NULL;
INSERT INTO work_items
  SELECT 'outcome', c.workspace_id, c.change_id, coalesce(e.number_connection_id, ''), 0, 1, NULL, NULL, 0
  FROM open_changes c JOIN audit_entries e ON e.sequence = c.sequence;
INSERT INTO work_items SELECT 'drift_' || vendor, workspace_id, id, '', 0, 1, NULL, NULL, 0 FROM connections;
`;

/** The work that the servers of a database share, filled from what needs some today. */
export const workItems = table + filled;
