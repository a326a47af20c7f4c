import { closeSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { BackupReport } from "../domain/audit-archive.ts";
import { checkpointFileOf } from "./checkpoints.ts";
import { errorCode, startFault } from "./database-error.ts";
import type { SqliteDatabase } from "./database.ts";
import { databaseFaults } from "./integrity.ts";
import { readIfThere } from "./signing-key.ts";

/** Copies a database with its checkpoints to files that did not exist, readable by their owner alone. */
export async function backUp(db: SqliteDatabase, path: string, target: string): Promise<BackupReport> {
  const file = resolve(target);
  const checkpointFile = checkpointFileOf(file);
  // First, so that none of them speaks of an entry that the copy does not have yet.
  const checkpoints = readIfThere(checkpointFileOf(path));
  createNew(file);
  try {
    if (checkpoints !== undefined) createNew(checkpointFile);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
  try {
    // In one step: between two, another process's write would have it begin anew, for ever on a busy server. In WAL
    // mode reading does not hold up those who write.
    await db.backup(file, { progress: () => 0x7fff_ffff });
    const found = databaseFaults(db).map(({ words }) => words);
    const faults = found.length > 0 ? found : undefined;
    if (checkpoints === undefined) return { bytes: statSync(file).size, checkpointFile: undefined, faults };
    const whole = checkpoints.slice(0, checkpoints.lastIndexOf("\n") + 1);
    writeFileSync(checkpointFile, whole, { flush: true });
    return { bytes: statSync(file).size, checkpointFile, faults };
  } catch (error) {
    for (const name of checkpoints === undefined ? [file] : [file, checkpointFile])
      rmSync(name, { force: true });
    throw startFault(file, error);
  }
}

function createNew(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if (errorCode(error) === "EEXIST")
      throw new Error(`${file} is there already; a backup overwrites nothing.`, { cause: error });
    throw error;
  }
}
