import { bytewise } from "../bytewise.ts";
import {
  anchorSafeguards,
  createSafeguards,
  replaceBodies,
  retiringSafeguards,
} from "../audit-safeguards.ts";

const tables = bytewise(`
-- Signed anchors of the parts of the audit log that were exported and removed.
CREATE TABLE audit_anchors (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  count        BIGINT NOT NULL,
  revision     BIGINT NOT NULL,
  head         TEXT NOT NULL,
  line         TEXT NOT NULL,
  PRIMARY KEY (workspace_id, count, revision)
);

CREATE TABLE legal_holds (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  set_by       TEXT NOT NULL,
  reason       TEXT NOT NULL,
  at           TEXT NOT NULL
);
`);

/** Anchors and legal holds. Only entries that an anchor covers can be deleted, and none under a hold. */
export const retention = tables + createSafeguards(anchorSafeguards) + replaceBodies(retiringSafeguards);
