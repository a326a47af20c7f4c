import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { BackupReport } from "../../domain/audit/audit-archive.ts";
import { checkpointFileOf } from "./checkpoints.ts";
import { errorCode, startFault } from "../connection/database-error.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import { databaseFaults } from "../connection/integrity.ts";
import { beginFile, finishFile } from "../connection/new-file.ts";
import { readIfThere } from "../../store/checkpoints/checkpoint-file.ts";

/**
 * Copies a database and its checkpoints to new files that only their owner can read. Each file appears complete or
 * not at all, the database last.
 */
export async function backUp(db: SqliteDatabase, path: string, target: string): Promise<BackupReport> {
  const file = resolve(target);
  const checkpointFile = checkpointFileOf(file);
  // First, so that no checkpoint covers an entry that the copy does not have.
  const checkpoints = readIfThere(checkpointFileOf(path));
  for (const name of checkpoints === undefined ? [file] : [file, checkpointFile]) refuseTaken(name);
  const begun: string[] = [];
  const begin = (name: string): string => {
    const partial = beginFile(name);
    begun.push(partial);
    return partial;
  };
  try {
    const copy = begin(file);
    // In one step: between steps, a write of another process would restart the backup, forever on a busy server. In WAL
    // mode, reading does not block writers.
    await db.backup(copy, { progress: () => 0x7fff_ffff });
    if (checkpoints !== undefined) {
      const whole = checkpoints.slice(0, checkpoints.lastIndexOf("\n") + 1);
      const partial = begin(checkpointFile);
      writeFileSync(partial, whole, { flush: true });
      finishFile(partial, checkpointFile);
      // The checkpoints are useless without their database.
      begun.push(checkpointFile);
    }
    finishFile(copy, file);
    begun.length = 0;
  } catch (error) {
    for (const name of begun.flatMap((one) => [one, `${one}-journal`])) rmSync(name, { force: true });
    throw errorCode(error) === "EEXIST" ? taken(file, error) : startFault(file, error);
  }
  const found = databaseFaults(db).map(({ words }) => words);
  return {
    bytes: statSync(file).size,
    checkpointFile: checkpoints === undefined ? undefined : checkpointFile,
    faults: found.length > 0 ? found : undefined,
  };
}

function refuseTaken(file: string): void {
  if (existsSync(file)) throw taken(file);
}

function taken(file: string, cause?: unknown): Error {
  return new Error(`${file} is there already; a backup overwrites nothing.`, { cause });
}
