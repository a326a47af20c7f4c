/** A trigger, with what its function does. */
export interface Safeguard {
  readonly name: string;
  readonly table: string;
  /** When it fires: `BEFORE INSERT`. */
  readonly fires: string;
  readonly body: string;
}

const refuse = (why: string): string =>
  `BEGIN RAISE EXCEPTION '${why}' USING ERRCODE = 'integrity_constraint_violation'; END`;
const appendOnly = refuse("the audit log is append-only");

/**
 * Triggers that keep the audit log append-only, for everybody, in addition to the rights of Patchbay's role. Those
 * that write do so with their owner's rights.
 */
export const auditSafeguards: readonly Safeguard[] = [
  { name: "audit_never_changed", table: "audit_entries", fires: "BEFORE UPDATE OR DELETE", body: appendOnly },
  { name: "audit_never_truncated", table: "audit_entries", fires: "BEFORE TRUNCATE", body: appendOnly },
  {
    name: "audit_chained",
    table: "audit_entries",
    fires: "BEFORE INSERT",
    body: `DECLARE newest audit_heads%ROWTYPE;
BEGIN
  SELECT * INTO newest FROM audit_heads WHERE workspace_id = NEW.workspace_id;
  IF NEW.position = coalesce(newest.position, 0) + 1 AND (newest.hash IS NULL OR newest.hash = NEW.previous_hash)
    THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'the audit log is append-only, each entry tied to the one before it'
    USING ERRCODE = 'integrity_constraint_violation';
END`,
  },
  {
    name: "audit_head_moved",
    table: "audit_entries",
    fires: "AFTER INSERT",
    body: `BEGIN
  INSERT INTO audit_heads VALUES (NEW.workspace_id, NEW.sequence, NEW.position, NEW.hash)
  ON CONFLICT (workspace_id) DO UPDATE
  SET sequence = excluded.sequence, position = excluded.position, hash = excluded.hash;
  RETURN NULL;
END`,
  },
  {
    name: "audit_head_moves_on",
    table: "audit_heads",
    fires: "BEFORE UPDATE",
    body: `BEGIN
  IF NEW.workspace_id = OLD.workspace_id AND NEW.position = OLD.position + 1 THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END`,
  },
  { name: "audit_head_never_deleted", table: "audit_heads", fires: "BEFORE DELETE", body: appendOnly },
  { name: "audit_heads_never_truncated", table: "audit_heads", fires: "BEFORE TRUNCATE", body: appendOnly },
  {
    name: "change_followed",
    table: "audit_entries",
    fires: "AFTER INSERT",
    body: `BEGIN
  IF NEW.kind = 'change.requested' THEN
    INSERT INTO open_changes VALUES (NEW.workspace_id, NEW.sequence, NEW.change_id);
  ELSIF NEW.kind = 'change.outcome' THEN
    IF NEW.outcome <> 'unknown' OR json_extract(NEW.details, '$.unprovable') IS NOT NULL THEN
      DELETE FROM open_changes WHERE workspace_id = NEW.workspace_id AND change_id = NEW.change_id;
    ELSE
      INSERT INTO open_changes SELECT workspace_id, sequence, change_id FROM audit_entries
      WHERE workspace_id = NEW.workspace_id AND change_id = NEW.change_id AND kind = 'change.requested'
      ON CONFLICT DO NOTHING;
    END IF;
  END IF;
  RETURN NULL;
END`,
  },
];

/** Triggers that keep the signed checkpoints, for everybody. */
export const checkpointSafeguards: readonly Safeguard[] = [
  {
    name: "checkpoints_never_changed",
    table: "audit_checkpoints",
    fires: "BEFORE UPDATE OR DELETE",
    body: refuse("signed checkpoints are never changed"),
  },
  {
    name: "checkpoints_never_truncated",
    table: "audit_checkpoints",
    fires: "BEFORE TRUNCATE",
    body: refuse("signed checkpoints are never changed"),
  },
];

const anchorsStay = refuse("anchors of the audit log are never changed");

/** Triggers that keep the anchors of what was exported and removed, for everybody. */
export const anchorSafeguards: readonly Safeguard[] = [
  {
    name: "anchors_never_changed",
    table: "audit_anchors",
    fires: "BEFORE UPDATE OR DELETE",
    body: anchorsStay,
  },
  { name: "anchors_never_truncated", table: "audit_anchors", fires: "BEFORE TRUNCATE", body: anchorsStay },
];

/**
 * What two of the triggers do since entries can be retired: only those that an anchor covers can be deleted, and none
 * under a legal hold; a log that moves to another database begins after its newest anchor, or with entries that wait
 * to be removed.
 */
export const retiringSafeguards: readonly Pick<Safeguard, "name" | "body">[] = [
  {
    name: "audit_never_changed",
    body: `BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
      SELECT 1 FROM audit_anchors WHERE workspace_id = OLD.workspace_id AND count >= OLD.position)
    AND NOT EXISTS (SELECT 1 FROM legal_holds WHERE workspace_id = OLD.workspace_id)
    THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END`,
  },
  {
    name: "audit_chained",
    body: `DECLARE newest audit_heads%ROWTYPE;
BEGIN
  SELECT * INTO newest FROM audit_heads WHERE workspace_id = NEW.workspace_id;
  IF newest.position IS NOT NULL THEN
    IF NEW.position = newest.position + 1 AND newest.hash = NEW.previous_hash THEN RETURN NEW; END IF;
  ELSIF NEW.position = 1 OR EXISTS (SELECT 1 FROM audit_anchors WHERE workspace_id = NEW.workspace_id
      AND (count >= NEW.position OR count = NEW.position - 1 AND head = NEW.previous_hash))
    THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'the audit log is append-only, each entry tied to the one before it'
    USING ERRCODE = 'integrity_constraint_violation';
END`,
  },
];

/** All of them, as they are today. */
export const safeguards: readonly Safeguard[] = [
  ...[...auditSafeguards, ...checkpointSafeguards].map((one) => ({
    ...one,
    ...retiringSafeguards.find(({ name }) => name === one.name),
  })),
  ...anchorSafeguards,
];

/** The statements that make them. */
export function createSafeguards(some: readonly Safeguard[]): string {
  return some.map(createSafeguard).join("");
}

/** The statements that give existing triggers another body. */
export function replaceBodies(some: readonly Pick<Safeguard, "name" | "body">[]): string {
  return some
    .map(
      ({ name, body }) => `
CREATE OR REPLACE ${functionOf(name, body)}`,
    )
    .join("");
}

const functionOf = (name: string, body: string): string =>
  `FUNCTION ${name}() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
AS $$${body}$$;`;

function createSafeguard({ name, table, fires, body }: Safeguard): string {
  const each = fires.endsWith("TRUNCATE") ? "STATEMENT" : "ROW";
  return `
CREATE ${functionOf(name, body)}
CREATE TRIGGER ${name} ${fires} ON ${table} FOR EACH ${each} EXECUTE FUNCTION ${name}();
ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${name};`;
}
