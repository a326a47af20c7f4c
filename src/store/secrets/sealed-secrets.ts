import { isProblem } from "../../domain/problem/problem.ts";
import type { Resealed, SealedSecrets } from "../../domain/ports/sealed-secrets.ts";
import type { VendorId } from "../../domain/vendor/vendor.ts";
import { appendEntry, type StoreDeps } from "../audit/append-entry.ts";
import { personPlace } from "../audit/people.ts";
import { rows, run, type Database, type Work } from "../database/database.ts";
import { workspaceDatabase } from "../database/workspace-database.ts";
import { fingerprintPlace } from "../connections/fingerprint.ts";
import { installationPlace } from "../installation/installations.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import { connectionPlace } from "../connections/connections.ts";
import { schedulePlace } from "../connections/on-call-schedules.ts";
import { hookPlace } from "../alerts/hooks.ts";
import { webhookPlace } from "../webhooks/webhooks.ts";

/** The tables with encrypted secrets, and what the audit log calls a secret of each. */
const secretKinds = {
  connections: "credentials",
  webhooks: "webhook",
  hooks: "hook",
  on_call_schedules: "on-call schedule",
  audit_people: "person",
  installations: "installation",
  fingerprint_key: "fingerprints",
} as const;

export type SecretTable = keyof typeof secretKinds;

export function isSecretTable(table: string): table is SecretTable {
  return Object.hasOwn(secretKinds, table);
}

/** Which row of these tables it is. Columns that a table lacks are null. */
export interface SecretRow {
  readonly table: SecretTable;
  readonly workspaceId: string | null;
  readonly id: string | null;
  readonly vendor: VendorId | null;
}

interface Row extends SecretRow, Sealed {
  readonly name: string | null;
}

/** All encrypted secrets of one database. */
export function storedSealedSecrets(database: Database, seal: Seal, sources: StoreDeps): SealedSecrets {
  const reseal = async (row: Row, by: Parameters<SealedSecrets["reseal"]>[0]): Promise<Resealed> => {
    const what = title(row);
    const from = row.keyId;
    const place = secretPlace(row);
    let text: string;
    try {
      text = seal.open(row, place, { owner: what, remedy: "Put the missing key back." });
    } catch (error) {
      if (isProblem(error, "not_connected")) return { what, from, outcome: "not opened" };
      throw error;
    }
    const write = function* (): Work<boolean> {
      const { keyId, sealed } = seal.seal(text, place);
      const { workspaceId, id } = row;
      // Only if the row is unchanged: a running server may have replaced the secret.
      const values = { keyId, sealed, before: row.sealed, workspaceId, id };
      const changes = yield* run(updateSql(row), values);
      if (changes === 1 && workspaceId !== null) {
        const details = { secret: secretKinds[row.table], from, to: keyId };
        const connection =
          row.id !== null && row.vendor !== null && row.name !== null
            ? { id: row.id, vendor: row.vendor, name: row.name }
            : undefined;
        yield* appendEntry(
          workspaceDatabase(database, workspaceId),
          { ...by, kind: "secret.resealed", connection, details, outcome: "applied" },
          sources,
        );
      }
      return changes === 1;
    };
    const changed = await database.write(write, row.workspaceId ?? undefined);
    return { what, from, outcome: changed ? "resealed" : "changed meanwhile" };
  };
  return {
    async use() {
      const sql = `SELECT key_id AS "keyId", count(*) AS secrets FROM (${tables}) secrets
        GROUP BY key_id ORDER BY key_id`;
      const counted = await database.read(rows<{ keyId: string; secrets: number }>(sql));
      const secretsOf = (keyId: string): number => counted.find((each) => each.keyId === keyId)?.secrets ?? 0;
      return [
        ...seal.keyIds.map((keyId) => ({
          keyId,
          secrets: secretsOf(keyId),
          state: keyId === seal.newestKeyId ? ("newest" as const) : ("older" as const),
        })),
        ...counted
          .filter(({ keyId }) => !seal.keyIds.includes(keyId))
          .map(({ keyId, secrets }) => ({ keyId, secrets, state: "missing" as const })),
      ];
    },

    async *reseal(by) {
      const sql = `SELECT source AS "table", key_id AS "keyId", sealed, workspace_id AS "workspaceId", id, vendor, name
        FROM (${tables}) secrets WHERE key_id <> @newest`;
      const old = await database.read(rows<Row>(sql, { newest: seal.newestKeyId }));
      for (const row of old) yield reseal(row, by);
      // So that nothing encrypted with older keys remains in the write-ahead log.
      if (old.length > 0) database.scrub();
    },
  };
}

const tables = `
  SELECT 'connections' AS source, key_id, sealed, workspace_id, id, vendor, name FROM connections
  UNION ALL SELECT 'webhooks', key_id, sealed, workspace_id, id, NULL, NULL FROM webhooks
  UNION ALL SELECT 'hooks', key_id, sealed, workspace_id, id, NULL, NULL FROM hooks
  UNION ALL SELECT 'on_call_schedules', key_id, sealed, workspace_id, id, NULL, NULL FROM on_call_schedules
  UNION ALL SELECT 'audit_people', key_id, sealed, workspace_id, id, NULL, NULL FROM audit_people
  UNION ALL SELECT 'installations', key_id, sealed, workspace_id, NULL, NULL, NULL FROM installations
  UNION ALL SELECT 'fingerprint_key', key_id, sealed, NULL, NULL, NULL, NULL FROM fingerprint_key`;

function updateSql({ table, workspaceId, id }: Row): string {
  const ids = `${workspaceId === null ? "" : " AND workspace_id = @workspaceId"}${id === null ? "" : " AND id = @id"}`;
  return `UPDATE ${table} SET key_id = @keyId, sealed = @sealed WHERE sealed = @before${ids}`;
}

/** The place that the secret of a row is encrypted for. */
export function secretPlace({ table, workspaceId, id, vendor }: SecretRow): readonly string[] {
  if (workspaceId === null) return fingerprintPlace;
  if (id === null) return installationPlace(workspaceId);
  if (vendor !== null) return connectionPlace(workspaceId, id, vendor);
  if (table === "audit_people") return personPlace(workspaceId, id);
  if (table === "on_call_schedules") return schedulePlace(workspaceId, id);
  return table === "hooks" ? hookPlace(workspaceId, id) : webhookPlace(workspaceId, id);
}

function title({ table, workspaceId, id }: Row): string {
  if (workspaceId === null) return "the key of the fingerprints";
  if (id === null) return `the installation of ${workspaceId}`;
  if (table === "audit_people") return `the key of a person in the audit log of ${workspaceId}`;
  return `the ${table === "connections" ? "connection" : secretKinds[table]} ${id} of ${workspaceId}`;
}
