import { bytewise } from "../bytewise.ts";

/** Schedules of on-call tools, whose keys are encrypted, and what the tools said last. */
export const onCallSchedules = bytewise(`
CREATE TABLE on_call_schedules (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  name         TEXT NOT NULL,
  tool         TEXT NOT NULL,
  schedule     TEXT NOT NULL,
  people       TEXT NOT NULL,
  made_by      TEXT NOT NULL,
  made_at      TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  sealed       BYTEA NOT NULL,
  failed_at    TEXT,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE on_call_copies (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  schedule_id  TEXT NOT NULL,
  shifts       TEXT NOT NULL,
  read_at      TEXT NOT NULL,
  PRIMARY KEY (workspace_id, schedule_id)
);
`);
