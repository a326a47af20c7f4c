import { renameSync, writeFileSync } from "node:fs";
import type { AcceptedLog, RecordAcceptance } from "../../domain/audit/audit-checkpoints.ts";
import { readIfThere } from "../../store/checkpoints/checkpoint-file.ts";
import { checkpointLine, readCheckpoints } from "../../store/checkpoints/checkpoint-line.ts";
import { brokenLogs, readHeads } from "../../store/checkpoints/log-checks.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { runNow } from "../connection/sqlite-queries.ts";
import { checkpointState } from "./checkpoint-state.ts";
import { keyAge, markUsed, signingKey } from "./signing-key.ts";
import { signAnchors } from "../../store/checkpoints/anchors.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** What `acceptLog` needs. */
export interface AcceptOptions {
  readonly file: string;
  readonly keyPath: string;
  readonly now: () => Date;
  readonly record: RecordAcceptance;
}

/**
 * Signs the audit logs as they are, although they do not match their checkpoints. This needs the signing key and is
 * recorded in each workspace concerned. Checkpoints that do not match are kept in another file as evidence. A running
 * server notices by itself. Throws an ordinary error with a readable message if the key is unavailable, and
 * not_recorded.
 */
export async function acceptLog(
  db: SqliteDatabase,
  { file, keyPath, now, record }: AcceptOptions,
): Promise<AcceptedLog> {
  const age = keyAge(keyPath);
  const key = signingKey(keyPath, () => true);
  const text = readIfThere(file);
  const state = checkpointState(db, text ?? "", key, age);
  const heads = runNow(db, readHeads());
  const faults = [...state.faults, ...runNow(db, brokenLogs(heads, state.last, state.faults, key))];
  if (faults.length === 0) return { faults: [], keptFile: undefined };
  const words = faults.map(({ workspaceId, words: fault }) =>
    workspaceId ? `${workspaceId}: ${fault}` : fault,
  );
  const isAbout = (workspaceId: string): boolean =>
    faults.some((fault) => fault.workspaceId === undefined || fault.workspaceId === workspaceId);
  for (const { workspaceId } of heads.filter((head) => isAbout(head.workspaceId))) {
    const own = faults.filter(
      (fault) => fault.workspaceId === undefined || fault.workspaceId === workspaceId,
    );
    await record(
      workspaceId,
      own.map(({ words: fault }) => fault),
    );
  }
  const keptFile = text === undefined ? undefined : `${file}.${now().toISOString().replaceAll(":", "-")}`;
  if (keptFile !== undefined) renameSync(file, keptFile);
  await writeTransaction(db, () => {
    prepared(db, "DELETE FROM signed_checkpoints").run();
    runNow(db, signAnchors(key));
  });
  const others = readCheckpoints(text ?? "", [key]).checkpoints.filter(
    ({ workspaceId }) => !isAbout(workspaceId),
  );
  const signed = runNow(db, readHeads()).filter(({ workspaceId }) => isAbout(workspaceId));
  const at = now().toISOString();
  const checkpoints = [...others, ...signed.map((head) => ({ ...head, at }))];

  // Written in one step: a running server reads the file as soon as it exists.
  const lines = checkpoints.map((one) => `${checkpointLine(one, key)}\n`);
  writeFileSync(`${file}.new`, lines.join(""), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  markUsed(keyPath);
  return { faults: words, keptFile };
}
