import type { AcceptedLog, RecordAcceptance } from "../../domain/audit/audit-checkpoints.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { SigningKey } from "../../store/checkpoints/checkpoint-key.ts";
import { brokenLogs, readHeads } from "../../store/checkpoints/log-checks.ts";
import { signAnchors } from "../../store/checkpoints/anchors.ts";
import type { Database } from "../../store/database/database.ts";
import { checkpointCopy } from "./checkpoint-copy.ts";
import { databaseTime, storeCheckpoint } from "./checkpoint-rows.ts";
import { checkpointWatch } from "./checkpoint-watch.ts";
import { phraseOf, signingTurn } from "./checkpoints.ts";

/** What `acceptPostgresLog` needs. */
export interface PostgresAcceptOptions {
  readonly key: SigningKey;
  /** This machine's own copy of the checkpoints, which may know more than the database. */
  readonly file: string | undefined;
  readonly log: Log;
  readonly record: RecordAcceptance;
}

/**
 * Signs the audit logs as they are, although they do not match their checkpoints. This needs the signing key and is
 * recorded in each workspace concerned. The old checkpoints stay where they are, and no longer count: each log begins
 * another epoch, which its signature covers. Servers notice by themselves. Throws not_recorded.
 */
export async function acceptPostgresLog(
  database: Database,
  { key, file, log, record }: PostgresAcceptOptions,
): Promise<AcceptedLog> {
  const copy = checkpointCopy(file, key, log);
  const { heads, last, faults: known } = await checkpointWatch({ database, key, copy }).look();
  const faults = [...known, ...(await database.read(brokenLogs(heads, last, known, key)))];
  if (faults.length === 0) return { faults: [], keptFile: undefined };
  const ofAll = faults.filter(({ workspaceId }) => workspaceId === undefined);
  const named = faults.flatMap(({ workspaceId }) => workspaceId ?? []);
  const concerned = ofAll.length > 0 ? [...heads.map(({ workspaceId }) => workspaceId), ...named] : named;
  for (const workspaceId of new Set(concerned)) {
    const own = faults.filter((fault) => fault.workspaceId === workspaceId);
    await record(
      workspaceId,
      [...ofAll, ...own].map(({ words }) => words),
    );
  }
  await database.write(function* () {
    const at = (yield* databaseTime()).toISOString();
    yield* signAnchors(key);
    for (const head of yield* readHeads()) {
      if (!concerned.includes(head.workspaceId)) continue;
      const before = Math.max(
        last.get(head.workspaceId)?.epoch ?? 0,
        copy.found.get(head.workspaceId)?.epoch ?? 0,
      );
      yield* storeCheckpoint({ ...head, at, epoch: before + 1 }, key);
    }
  }, signingTurn);
  return { faults: faults.map(phraseOf), keptFile: undefined };
}
