import { bytewise } from "../bytewise.ts";

/**
 * Addresses for alerts, whose secrets are encrypted; what alerts propose, with the alerts themselves; and which requests were
 * accepted lately.
 */
export const alerts = bytewise(`
CREATE TABLE hooks (
  workspace_id   TEXT NOT NULL CHECK (workspace_id <> ''),
  id             TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL,
  source         TEXT NOT NULL,
  mappings       TEXT NOT NULL,
  made_by        TEXT NOT NULL,
  made_at        TEXT NOT NULL,
  has_secret     BIGINT NOT NULL CHECK (has_secret IN (0, 1)),
  has_note_token BIGINT NOT NULL CHECK (has_note_token IN (0, 1)),
  last_at        TEXT,
  last_matched   BIGINT CHECK (last_matched IN (0, 1)),
  key_id         TEXT NOT NULL,
  sealed         BYTEA NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE proposals (
  workspace_id     TEXT NOT NULL CHECK (workspace_id <> ''),
  id               TEXT NOT NULL,
  hook_id          TEXT NOT NULL,
  source           TEXT NOT NULL,
  mapping_id       TEXT NOT NULL,
  mapping          TEXT NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('open', 'dismissed', 'resolved')),
  alert_key        TEXT NOT NULL,
  title            TEXT NOT NULL,
  alert_ids        TEXT NOT NULL,
  alerts           BIGINT NOT NULL,
  open_alerts      BIGINT NOT NULL,
  incident         TEXT,
  preview          TEXT,
  dismissed_by     TEXT,
  made_at          TEXT NOT NULL,
  changed_at       TEXT NOT NULL,
  posted_at        TEXT,
  told_resolved_at TEXT,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX proposals_of_mapping ON proposals (workspace_id, hook_id, mapping_id, made_at);
CREATE INDEX proposals_of_incident ON proposals (workspace_id, incident);
CREATE TABLE hook_alerts (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  proposal_id  TEXT NOT NULL,
  alert_id     TEXT NOT NULL,
  title        TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('open', 'resolved')),
  hash         TEXT NOT NULL,
  PRIMARY KEY (workspace_id, proposal_id, alert_id)
);
CREATE TABLE hook_deliveries (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  hook_id      TEXT NOT NULL,
  digest       TEXT NOT NULL,
  at_ms        BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, hook_id, digest)
);
CREATE INDEX hook_deliveries_by_age ON hook_deliveries (at_ms);
`);
