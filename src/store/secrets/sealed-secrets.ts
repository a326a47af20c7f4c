import { isProblem } from "../../domain/problem/problem.ts";
import type { Resealed, SealedSecrets } from "../../domain/ports/sealed-secrets.ts";
import type { VendorId } from "../../domain/vendor/vendor.ts";
import { appendEntry, type StoreDeps } from "../audit/append-entry.ts";
import { rows, run, type Database, type Work } from "../database/database.ts";
import { workspaceDatabase } from "../database/workspace-database.ts";
import { fingerprintPlace } from "../connections/fingerprint.ts";
import { installationPlace } from "../installation/installations.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";
import { connectionPlace } from "../connections/connections.ts";
import { hookPlace } from "../alerts/hooks.ts";
import { webhookPlace } from "../webhooks/webhooks.ts";

/** Which row of the five tables with secrets it is. Columns that a table lacks are null. */
export interface SecretRow {
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
        const secret = secretKind(row);
        const details = { secret, from, to: keyId };
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
      const sql = `SELECT key_id AS "keyId", sealed, workspace_id AS "workspaceId", id, vendor, name
        FROM (${tables}) secrets WHERE key_id <> @newest`;
      const old = await database.read(rows<Row>(sql, { newest: seal.newestKeyId }));
      for (const row of old) yield reseal(row, by);
      // So that nothing encrypted with older keys remains in the write-ahead log.
      if (old.length > 0) database.scrub();
    },
  };
}

const tables = `
  SELECT key_id, sealed, workspace_id, id, vendor, name FROM connections
  UNION ALL SELECT key_id, sealed, workspace_id, id, NULL, NULL FROM webhooks
  UNION ALL SELECT key_id, sealed, workspace_id, id, NULL, NULL FROM hooks
  UNION ALL SELECT key_id, sealed, workspace_id, NULL, NULL, NULL FROM installations
  UNION ALL SELECT key_id, sealed, NULL, NULL, NULL, NULL FROM fingerprint_key`;

/** Neither has a vendor. Their ids differ. */
const isHook = (id: string): boolean => id.startsWith("hook_");

function secretKind({ id, vendor }: SecretRow): string {
  if (id === null) return "installation";
  if (vendor !== null) return "credentials";
  return isHook(id) ? "hook" : "webhook";
}

function updateSql({ workspaceId, id, vendor }: Row): string {
  const own = id !== null && isHook(id) ? "hooks" : "webhooks";
  const ofId = vendor === null ? own : "connections";
  const table = workspaceId === null ? "fingerprint_key" : id === null ? "installations" : ofId;
  const ids = `${workspaceId === null ? "" : " AND workspace_id = @workspaceId"}${id === null ? "" : " AND id = @id"}`;
  return `UPDATE ${table} SET key_id = @keyId, sealed = @sealed WHERE sealed = @before${ids}`;
}

/** The place that the secret of a row is encrypted for. */
export function secretPlace({ workspaceId, id, vendor }: SecretRow): readonly string[] {
  if (workspaceId === null) return fingerprintPlace;
  if (id === null) return installationPlace(workspaceId);
  if (vendor !== null) return connectionPlace(workspaceId, id, vendor);
  return isHook(id) ? hookPlace(workspaceId, id) : webhookPlace(workspaceId, id);
}

function title({ workspaceId, id, vendor }: Row): string {
  if (workspaceId === null) return "the key of the fingerprints";
  if (id === null) return `the installation of ${workspaceId}`;
  return `the ${vendor === null ? (isHook(id) ? "hook" : "webhook") : "connection"} ${id} of ${workspaceId}`;
}
