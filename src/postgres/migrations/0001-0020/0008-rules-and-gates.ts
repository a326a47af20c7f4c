import { bytewise } from "../bytewise.ts";

/** Safety rules, their overrides, and the gates that are closed. */
export const rulesAndGates = bytewise(`
CREATE TABLE rules (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  body         TEXT NOT NULL,
  at           TEXT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE rule_overrides (
  workspace_id  TEXT NOT NULL CHECK (workspace_id <> ''),
  rule_id       TEXT NOT NULL,
  overridden_by TEXT NOT NULL,
  until         TEXT NOT NULL,
  PRIMARY KEY (workspace_id, rule_id, overridden_by)
);

CREATE TABLE closed_gates (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  gate         TEXT NOT NULL,
  closed_by    TEXT NOT NULL,
  reason       TEXT NOT NULL,
  at           TEXT NOT NULL,
  PRIMARY KEY (workspace_id, gate)
);
`);
