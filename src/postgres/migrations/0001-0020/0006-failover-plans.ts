import { bytewise } from "../bytewise.ts";

/** Failover plans. A removed one keeps its row, so that its revisions go on. */
export const failoverPlans = bytewise(`
CREATE TABLE plans (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  slug         TEXT NOT NULL,
  revision     BIGINT NOT NULL,
  body         TEXT NOT NULL,
  saved_by     TEXT NOT NULL,
  saved_at     TEXT NOT NULL,
  removed_at   TEXT,
  PRIMARY KEY (workspace_id, slug)
);
`);
