/** The last announced entry of each workspace that has an announcements channel. */
export const announcedEntries = `
CREATE TABLE announced (
  workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
  sequence     INTEGER NOT NULL
) STRICT;

INSERT INTO announced
  SELECT workspace_id, (SELECT coalesce(max(sequence), 0) FROM audit_entries) FROM workspace_settings
  WHERE json_extract(settings, '$.announcementsChannelId') IS NOT NULL;
`;
