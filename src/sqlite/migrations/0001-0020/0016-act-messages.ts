/** Messages with buttons, and a cursor for finding the audit entries that make their buttons obsolete. */
export const actMessages = `
CREATE TABLE act_messages (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  channel_id   TEXT NOT NULL,
  ts           TEXT NOT NULL,
  subject      TEXT NOT NULL,
  act          TEXT NOT NULL,
  message      TEXT NOT NULL,
  at           TEXT NOT NULL,
  PRIMARY KEY (workspace_id, channel_id, ts)
) STRICT;
CREATE INDEX act_messages_by_subject ON act_messages (workspace_id, subject);
CREATE INDEX act_messages_by_time ON act_messages (at);

CREATE TABLE act_marks (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  sequence     INTEGER NOT NULL
) STRICT;
INSERT INTO act_marks SELECT workspace_id, max(sequence) FROM audit_entries GROUP BY workspace_id;
`;
