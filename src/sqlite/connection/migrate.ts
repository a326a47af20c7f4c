import type Database from "better-sqlite3";
import { migrations } from "../migrations/index.ts";
import { databaseError } from "./database-error.ts";

/** Marks the file as Patchbay's (`PRAGMA application_id`): the letters PBAY in ASCII. */
const applicationId = 0x50424159;

/**
 * Whether the database has an older schema. Throws a `databaseError` if a newer Patchbay or another program wrote the
 * database.
 */
export function checkSchema(db: Database.Database, path: string, steps = migrations): boolean {
  const version = schemaVersion(db);
  const isOurs = db.pragma("application_id", { simple: true }) === applicationId;
  const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  if (!isOurs && !(isEmpty && version === 0)) {
    throw databaseError(
      path,
      "it belongs to another program",
      "Set DATABASE_PATH to a file of Patchbay's own.",
    );
  }
  if (version > steps.length) {
    const fault = `its schema is version ${version}, and this Patchbay knows no more than ${steps.length}`;
    throw databaseError(
      path,
      fault,
      "Run the Patchbay that wrote it or a newer one, or restore an older backup.",
    );
  }
  return version < steps.length;
}

/** Applies the missing migrations, each in its own transaction. Throws what `checkSchema` throws. */
export function migrate(db: Database.Database, path: string, steps = migrations): void {
  checkSchema(db, path, steps);
  for (const [index, step] of steps.entries()) {
    const apply = db.transaction(() => {
      // Read again inside the transaction: another process may have applied the migration meanwhile.
      if (schemaVersion(db) !== index) return;
      db.pragma(`application_id = ${applicationId}`);
      if (typeof step === "string") db.exec(step);
      else step(db);
      db.pragma(`user_version = ${index + 1}`);
    });
    if (schemaVersion(db) <= index) apply.immediate();
  }
}

function schemaVersion(db: Database.Database): number {
  return Number(db.pragma("user_version", { simple: true }));
}
