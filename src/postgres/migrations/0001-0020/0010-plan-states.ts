import { bytewise } from "../bytewise.ts";

/** What is known about failover plans besides their lists: whether they are ready, and the last drill. */
export const planStates = bytewise(`
CREATE TABLE plan_states (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  slug         TEXT NOT NULL,
  readiness    TEXT,
  drill        TEXT,
  told         BIGINT NOT NULL CHECK (told IN (0, 1)),
  PRIMARY KEY (workspace_id, slug)
);

INSERT INTO work_items SELECT 'plan_readiness', workspace_id, slug, '', 0, 1, NULL, NULL, 0
  FROM plans WHERE removed_at IS NULL;
`);
