import type { Installations } from "../domain/ports/installations.ts";
import type { SealedSecrets } from "../domain/ports/sealed-secrets.ts";
import type { Retention } from "../domain/ports/retention.ts";
import type { Store } from "../domain/ports/store.ts";
import type { StoreDeps } from "../store/audit/append-entry.ts";
import type { Seal } from "../store/crypto/seal.ts";
import { storedInstallations } from "../store/installation/installations.ts";
import { storedSealedSecrets } from "../store/secrets/sealed-secrets.ts";
import { storedRetention } from "../store/retention/retention.ts";
import { databaseStore } from "../store/store.ts";
import { keyAge, signingKey } from "./audit/signing-key.ts";
import type { SqliteDatabase } from "./connection/database.ts";
import { sqliteQueries } from "./connection/sqlite-queries.ts";

/** The store of a database file. */
export function sqliteStore(db: SqliteDatabase, seal: Seal, sources: StoreDeps): Store {
  return databaseStore(sqliteQueries(db, sources.now), seal, sources);
}

/** The installations in a database file. */
export function sqliteInstallations(db: SqliteDatabase, seal: Seal, sources: StoreDeps): Installations {
  return storedInstallations(sqliteQueries(db, sources.now), seal, sources);
}

/** The encrypted secrets of a database file. */
export function sqliteSealedSecrets(db: SqliteDatabase, seal: Seal, sources: StoreDeps): SealedSecrets {
  return storedSealedSecrets(sqliteQueries(db, sources.now), seal, sources);
}

/** Retires and holds the audit logs in a database file. Anchors are signed with the key of the checkpoints, if there is one. */
export function sqliteRetention(db: SqliteDatabase, sources: StoreDeps, keyPath: string): Retention {
  return storedRetention(sqliteQueries(db, sources.now), sources, () =>
    keyAge(keyPath) === "missing" ? undefined : signingKey(keyPath, () => false),
  );
}
