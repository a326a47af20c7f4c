import { onConnection, type Connections } from "./on-connection.ts";

const appendOnly = ["audit_entries", "audit_checkpoints"];
/** Only the role that owns the tables removes entries, after it has anchored them. */
const readOnly: ReadonlySet<string> = new Set(["audit_anchors"]);
const neverDeleted: ReadonlySet<string> = new Set(["audit_heads", "patchbay_schema"]);

/**
 * Gives a role what the server needs and no more: it may add to the audit log, and neither change nor remove an
 * entry. The head of each workspace's log is locked for the next entry, which PostgreSQL allows only with the right
 * to update it; a trigger refuses everything but the next entry.
 */
export async function grantRights(connections: Connections, role: string): Promise<void> {
  await onConnection(connections, async (client) => {
    const name = client.escapeIdentifier(role);
    const found = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()",
    );
    const grants = found.rows.map(({ name: table }) => {
      const rights = readOnly.has(table)
        ? "SELECT"
        : appendOnly.includes(table)
          ? "SELECT, INSERT"
          : neverDeleted.has(table)
            ? "SELECT, INSERT, UPDATE"
            : "SELECT, INSERT, UPDATE, DELETE";
      const on = client.escapeIdentifier(table);
      return `REVOKE ALL ON ${on} FROM ${name}; GRANT ${rights} ON ${on} TO ${name};`;
    });
    await client.query(`BEGIN; ${grants.join("")} GRANT USAGE ON SEQUENCE audit_sequence TO ${name}; COMMIT`);
  });
}

/** The missing rights of the connected role, as text. */
export async function missingRights(connections: Connections): Promise<readonly string[]> {
  return onConnection(connections, async (client) => {
    const found = await client.query<{ right: string }>(missingSql);
    return found.rows.map(({ right }) => right);
  });
}

const missingSql = `SELECT r || ' ' || tablename AS "right" FROM pg_tables, (VALUES
    ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS rights (r)
  WHERE schemaname = current_schema() AND tablename <> 'patchbay_schema'
    AND NOT (tablename IN (${appendOnly.map((table) => `'${table}'`).join(", ")}) AND r IN ('UPDATE', 'DELETE'))
    AND NOT (tablename = 'audit_heads' AND r = 'DELETE')
    AND NOT (tablename = 'audit_anchors' AND r <> 'SELECT')
    AND NOT has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), r)
  ORDER BY 1 LIMIT 5`;

/** What the connected role may do to the audit log besides adding to it, as text. */
export async function excessRights(connections: Connections): Promise<readonly string[]> {
  return onConnection(connections, async (client) => {
    const found = await client.query<{ right: string }>(excessSql);
    return found.rows.map(({ right }) => right);
  });
}

const excessSql = `SELECT right_name AS "right" FROM (VALUES
    ('UPDATE on audit_entries', has_table_privilege('audit_entries', 'UPDATE')),
    ('DELETE on audit_entries', has_table_privilege('audit_entries', 'DELETE')),
    ('TRUNCATE on audit_entries', has_table_privilege('audit_entries', 'TRUNCATE')),
    ('UPDATE on audit_checkpoints', has_table_privilege('audit_checkpoints', 'UPDATE')),
    ('DELETE on audit_checkpoints', has_table_privilege('audit_checkpoints', 'DELETE')),
    ('TRUNCATE on audit_checkpoints', has_table_privilege('audit_checkpoints', 'TRUNCATE')),
    ('INSERT on audit_anchors', has_table_privilege('audit_anchors', 'INSERT')),
    ('DELETE on audit_heads', has_table_privilege('audit_heads', 'DELETE')),
    ('ownership of audit_entries', pg_has_role(
      (SELECT relowner FROM pg_class WHERE oid = to_regclass('audit_entries')), 'USAGE')),
    ('superuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
  ) AS rights (right_name, has) WHERE has`;
