/** Overrides of rules, which are reviewed like break-glass changes. */
export const overrideReviews = `
CREATE INDEX audit_overrides ON audit_entries (workspace_id, sequence)
  WHERE kind = 'rule.overridden' AND change_id IS NOT NULL;
`;
