import { z } from "zod";
import { liveSeconds } from "../../domain/ports/replicas.ts";
import type { BudgetReport, SharedBudgets } from "../../domain/vendor/shared-budgets.ts";
import {
  filled,
  movedBy,
  newBucket,
  spent,
  takenFrom,
  type Bucket,
  type BucketLimit,
} from "../../domain/vendor/token-bucket.ts";
import { observed } from "../../domain/vendor/observe-limit.ts";
import { row, send, type Database } from "../database/database.ts";

/** The budgets of vendor accounts, one row for each, by the database's clock. */
export function storedVendorBudgets(database: Database): SharedBudgets {
  return {
    of: (workspaceId, account) => ({
      exchange: async (limit, report) =>
        database.write(
          function* () {
            // Locks the row until the transaction ends.
            const found = yield* row<Found>(holdSql, { workspaceId, account });
            const { bucket: kept, nowMs, replicas } = found ?? { bucket: "", nowMs: 0, replicas: 1 };
            if (kept === "") yield* send(forgetSql);
            const before = bucketSchema.safeParse(kept).data ?? newBucket(limit, nowMs);
            const { bucket, taken } = exchanged(before, limit, report, nowMs);
            yield* send(keepSql, { workspaceId, account, bucket: textOf(bucket) });
            return { bucket: movedBy(bucket, -nowMs), taken, replicas };
          },
          undefined,
          { isDurable: false },
        ),
    }),
  };
}

interface Found {
  /** Empty for a new account. */
  readonly bucket: string;
  readonly nowMs: number;
  readonly replicas: number;
}

function exchanged(
  before: Bucket,
  limit: BucketLimit,
  { spent: sent, seen, take }: BudgetReport,
  nowMs: number,
): { readonly bucket: Bucket; readonly taken: number } {
  const after = seen.reduce(
    (bucket, one) => observed(bucket, limit, one, nowMs),
    spent(filled(before, limit, nowMs), sent),
  );
  const taken = take ? takenFrom(after, limit, take) : 0;
  return { bucket: spent(after, taken), taken };
}

// JSON has no infinity: null is a time that never was.
const time = z
  .number()
  .nullable()
  .transform((ms) => ms ?? Number.NEGATIVE_INFINITY);
const bucketSchema = z
  .string()
  .transform((text): unknown => (text === "" ? undefined : JSON.parse(text)))
  .pipe(
    z.object({
      size: z.number(),
      left: z.number(),
      filledAt: z.number(),
      speed: z.number(),
      heldUntil: time,
      countedAnewAt: time,
      isKnown: z.boolean(),
      emptiedAt: time.default(Number.NEGATIVE_INFINITY),
      answered: z.number().default(0),
      measuredSpeed: z.number().default(0),
      isConfirmed: z.boolean().default(false),
      refused: z.object({ GET: z.number(), PATCH: z.number() }),
    }),
  );

function textOf(bucket: Bucket): string {
  return JSON.stringify(bucket, (_key, value: unknown) =>
    value === Number.NEGATIVE_INFINITY ? null : value,
  );
}

const replicasSql = `(SELECT greatest(1, count(*)) FROM replicas
  WHERE seen_at > clock_timestamp() - interval '${liveSeconds} seconds')`;
const holdSql = `INSERT INTO vendor_budgets VALUES (@workspaceId, @account, '', @clockMs)
  ON CONFLICT (workspace_id, account) DO UPDATE SET used_at_ms = excluded.used_at_ms
  RETURNING bucket, used_at_ms AS "nowMs", ${replicasSql} AS replicas`;
const keepSql = `UPDATE vendor_budgets SET bucket = @bucket
  WHERE workspace_id = @workspaceId AND account = @account`;
// Accounts that nobody has asked for a day, whenever a new one is.
const forgetSql = `DELETE FROM vendor_budgets WHERE (workspace_id, account) IN (
  SELECT workspace_id, account FROM vendor_budgets WHERE used_at_ms < @clockMs - 86400000
  ORDER BY used_at_ms LIMIT 20 FOR UPDATE SKIP LOCKED)`;
