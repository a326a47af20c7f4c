import { renameSync, writeFileSync } from "node:fs";
import { checkpointLine, readCheckpoints } from "./checkpoint-file.ts";
import { checkpointState, headsSql, type Head } from "./checkpoint-state.ts";
import { prepared, type SqliteDatabase } from "../connection/database.ts";
import { keyAge, markUsed, readIfThere, signingKey } from "./signing-key.ts";
import { writeTransaction } from "../connection/write-transaction.ts";

/** The accepted faults, as phrases to show, and the file with the checkpoints that no longer match. */
export interface AcceptedLog {
  readonly faults: readonly string[];
  readonly keptFile: string | undefined;
}

/** What `acceptLog` needs. */
export interface AcceptOptions {
  readonly file: string;
  readonly keyPath: string;
  readonly now: () => Date;
  /** Records the acceptance in a workspace's audit log. Throws not_recorded. */
  record(workspaceId: string, faults: readonly string[]): Promise<void>;
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
  const { faults } = checkpointState(db, text ?? "", key, age);
  if (faults.length === 0) return { faults: [], keptFile: undefined };
  const words = faults.map(({ workspaceId, words: fault }) =>
    workspaceId ? `${workspaceId}: ${fault}` : fault,
  );
  const isAbout = (workspaceId: string): boolean =>
    faults.some((fault) => fault.workspaceId === undefined || fault.workspaceId === workspaceId);
  const heads = prepared<Head>(db, headsSql);
  for (const { workspaceId } of heads.all().filter((head) => isAbout(head.workspaceId))) {
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
  await writeTransaction(db, () => prepared(db, "DELETE FROM signed_checkpoints").run());
  const others = readCheckpoints(text ?? "", [key]).checkpoints.filter(
    ({ workspaceId }) => !isAbout(workspaceId),
  );
  const signed = heads.all().filter(({ workspaceId }) => isAbout(workspaceId));
  const at = now().toISOString();
  const checkpoints = [...others, ...signed.map((head) => ({ ...head, at }))];

  // Written in one step: a running server reads the file as soon as it exists.
  const lines = checkpoints.map((one) => `${checkpointLine(one, key)}\n`);
  writeFileSync(`${file}.new`, lines.join(""), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  markUsed(keyPath);
  return { faults: words, keptFile };
}
