import { z } from "zod";
import type { Webhook } from "../../domain/webhooks/webhook.ts";
import type { Sealed } from "../crypto/seal.ts";

/** A webhook as it is stored. */
export interface Row extends Sealed {
  readonly id: string;
  readonly origin: string;
  readonly state: "active" | "paused";
  readonly sequence: number;
  /** JSON; null is every kind. */
  readonly kinds: string | null;
  readonly failing_since: string | null;
  readonly failure: string | null;
  readonly told: number;
  readonly created_at: string;
}

const storedKinds = z.array(z.string()).readonly();

export function webhookOf(row: Row): Webhook {
  return {
    id: row.id,
    origin: row.origin,
    state: row.state,
    sequence: row.sequence,
    createdAt: row.created_at,
    ...(row.kinds === null ? {} : { kinds: storedKinds.parse(JSON.parse(row.kinds)) }),
    ...(row.failing_since === null ? {} : { failingSince: row.failing_since }),
    ...(row.failure === null ? {} : { failure: row.failure }),
    isTold: row.told === 1,
  };
}

const columns =
  'id, origin, state, sequence, kinds, failing_since, failure, told, created_at, key_id AS "keyId", sealed';
export const listSql =
  `SELECT ${columns} FROM webhooks WHERE workspace_id = @workspaceId ORDER BY created_at, id` as const;
export const findSql =
  `SELECT ${columns} FROM webhooks WHERE workspace_id = @workspaceId AND id = @id` as const;
export const addSql = `INSERT INTO webhooks
    (workspace_id, id, origin, state, sequence, kinds, told, created_at, key_id, sealed)
  VALUES (@workspaceId, @id, @origin, 'active',
    (SELECT coalesce(max(sequence), 0) FROM audit_entries WHERE workspace_id = @workspaceId),
    @kinds, 0, @at, @keyId, @sealed)`;
// What failed may be filtered out now, so failures are counted from zero.
export const kindsSql = `UPDATE webhooks SET kinds = @kinds, failing_since = NULL, failure = NULL
  WHERE workspace_id = @workspaceId AND id = @id`;
export const sealSql =
  "UPDATE webhooks SET key_id = @keyId, sealed = @sealed WHERE workspace_id = @workspaceId AND id = @id";
export const resumeSql = `UPDATE webhooks SET state = 'active', failing_since = NULL, failure = NULL, told = 0
  WHERE workspace_id = @workspaceId AND id = @id`;
export const deliveredSql = `UPDATE webhooks SET sequence = @sequence, failing_since = NULL, failure = NULL
  WHERE workspace_id = @workspaceId AND id = @id AND sequence < @sequence`;
export const passedSql = `UPDATE webhooks SET sequence = @sequence
  WHERE workspace_id = @workspaceId AND id = @id AND sequence < @sequence`;
export const failureSql = `UPDATE webhooks SET failure = @failure, failing_since = coalesce(failing_since, @at)
  WHERE workspace_id = @workspaceId AND id = @id AND state = 'active'`;
export const pauseSql = `UPDATE webhooks SET state = 'paused', failure = @failure, told = 0
  WHERE workspace_id = @workspaceId AND id = @id`;
