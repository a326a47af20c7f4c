import { bytewise } from "../bytewise.ts";

/** Who the random ids of the audit log stand for, each with the key of what that person typed. */
export const auditPeople = bytewise(`
CREATE TABLE audit_people (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  id           TEXT NOT NULL,
  user_id      TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  sealed       BYTEA NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX audit_people_by_user ON audit_people (workspace_id, user_id);
`);
