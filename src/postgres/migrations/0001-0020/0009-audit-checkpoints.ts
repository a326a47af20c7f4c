import { checkpointSafeguards, createSafeguards } from "../audit-safeguards.ts";
import { bytewise } from "../bytewise.ts";

/** Takes the newest checkpoints over that another database has signed. */
export const keepNewestCheckpoints = `
INSERT INTO audit_checkpoints (workspace_id, epoch, count, line)
SELECT workspace_id, coalesce(json_extract(line, '$.epoch'), '0')::BIGINT, json_extract(line, '$.count')::BIGINT, line
FROM signed_checkpoints WHERE json_valid(line);
`;

const table = bytewise(`
-- Every signed checkpoint. Only those of a workspace's newest epoch count: an operator's acceptance begins another one.
CREATE TABLE audit_checkpoints (
  number       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  epoch        BIGINT NOT NULL,
  count        BIGINT NOT NULL,
  line         TEXT NOT NULL
);
CREATE INDEX audit_checkpoints_newest ON audit_checkpoints (workspace_id, epoch, count, number);
`);

/** The signed checkpoints of the audit log, which the server's role can neither change nor delete. */
export const auditCheckpoints = table + keepNewestCheckpoints + createSafeguards(checkpointSafeguards);
