/** Closes changes whose outcome can never be determined, although their outcome is unknown. */
export const unprovableChanges = `
DROP TRIGGER change_settled;
DROP TRIGGER change_reopened;

CREATE TRIGGER change_settled AFTER INSERT ON audit_entries
WHEN NEW.kind = 'change.outcome'
  AND (NEW.outcome <> 'unknown' OR json_extract(NEW.details, '$.unprovable') IS NOT NULL)
BEGIN DELETE FROM open_changes WHERE workspace_id = NEW.workspace_id AND change_id = NEW.change_id; END;

CREATE TRIGGER change_reopened AFTER INSERT ON audit_entries
WHEN NEW.kind = 'change.outcome' AND NEW.outcome = 'unknown'
  AND json_extract(NEW.details, '$.unprovable') IS NULL
BEGIN
  INSERT INTO open_changes SELECT workspace_id, sequence, change_id FROM audit_entries
  WHERE workspace_id = NEW.workspace_id AND change_id = NEW.change_id AND kind = 'change.requested'
  ON CONFLICT DO NOTHING;
END;
`;
