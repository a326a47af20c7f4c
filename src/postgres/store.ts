import type { Installations } from "../domain/installations.ts";
import type { SealedSecrets } from "../domain/sealed-secrets.ts";
import type { Store } from "../domain/store.ts";
import type { StoreDeps } from "../store/audit/append-entry.ts";
import type { Seal } from "../store/crypto/seal.ts";
import { storedInstallations } from "../store/secrets/installations.ts";
import { storedSealedSecrets } from "../store/secrets/sealed-secrets.ts";
import { databaseStore } from "../store/store.ts";
import type { Connections } from "./connection/on-connection.ts";
import { postgresQueries, type QueryOptions } from "./connection/postgres-queries.ts";

/** Everything that a PostgreSQL database keeps. */
export interface PostgresStore {
  readonly store: Store;
  readonly installations: Installations;
  readonly secrets: SealedSecrets;
}

/** The store of a PostgreSQL database whose schema is current. */
export function postgresStore(
  connections: Connections,
  seal: Seal,
  sources: StoreDeps,
  options?: QueryOptions,
): PostgresStore {
  const database = postgresQueries(connections, options);
  return {
    store: databaseStore(database, seal, sources),
    installations: storedInstallations(database, seal, sources),
    secrets: storedSealedSecrets(database, seal, sources),
  };
}
