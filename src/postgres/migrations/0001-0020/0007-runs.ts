import { bytewise } from "../bytewise.ts";

/** Runs, which take the place of reverts, with a row for each step. The work of reverts becomes the work of runs. */
export const runs = bytewise(`
CREATE TABLE runs (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  kind         TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('shown', 'running', 'paused', 'held', 'stopped', 'done')),
  incident     TEXT,
  plan         TEXT,
  returns      TEXT,
  by           TEXT NOT NULL,
  made_at      TEXT NOT NULL,
  started_at   TEXT,
  progress_at  TEXT,
  ends_at      TEXT,
  terms        TEXT NOT NULL,
  status       TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX runs_reverting ON runs (workspace_id, incident)
  WHERE kind = 'revert' AND state IN ('running', 'paused');
CREATE UNIQUE INDEX runs_of_plan ON runs (workspace_id, plan)
  WHERE kind IN ('failover', 'practice') AND state IN ('running', 'paused', 'held');
CREATE UNIQUE INDEX runs_returning ON runs (workspace_id, returns)
  WHERE kind = 'back' AND state IN ('running', 'paused');

-- A step names its number while it may change it.
CREATE TABLE run_steps (
  workspace_id  TEXT NOT NULL,
  run_id        TEXT NOT NULL,
  position      BIGINT NOT NULL,
  connection_id TEXT,
  number_id     TEXT,
  step          TEXT NOT NULL,
  result        TEXT,
  PRIMARY KEY (workspace_id, run_id, position)
);
CREATE INDEX run_steps_by_number ON run_steps (workspace_id, connection_id, number_id)
  WHERE connection_id IS NOT NULL;

INSERT INTO runs SELECT workspace_id, id, 'revert', state, incident, NULL, NULL, by, made_at,
  CASE WHEN state <> 'shown' THEN made_at END, CASE WHEN state <> 'shown' THEN made_at END, NULL,
  '{"tiers":[{"name":"all"}]}', '{}' FROM reverts;
INSERT INTO run_steps SELECT workspace_id, revert_id, position,
  CASE WHEN result IS NULL AND json_extract(json_extract(step, '$.verdict'), '$.kind') = 'will_revert'
    THEN json_extract(json_extract(step, '$.key'), '$.connectionId') END,
  CASE WHEN result IS NULL AND json_extract(json_extract(step, '$.verdict'), '$.kind') = 'will_revert'
    THEN json_extract(json_extract(step, '$.key'), '$.numberId') END,
  step, result FROM revert_steps;
UPDATE work_items SET kind = 'run' WHERE kind = 'revert';
DROP TABLE revert_steps;
DROP TABLE reverts;
`);
