/** States of open forms that do not fit into Slack's private_metadata. They contain no secrets. */
export const formStates = `
CREATE TABLE form_states (
  workspace_id TEXT NOT NULL CHECK (workspace_id <> ''),
  user_id      TEXT NOT NULL,
  token        TEXT NOT NULL,
  state        TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, user_id, token)
) STRICT;
CREATE INDEX form_states_by_time ON form_states (created_at);
`;
