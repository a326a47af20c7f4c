import { describe } from "vitest";
import type { Connections } from "../../src/postgres/connection/on-connection.ts";
import { postgresQueries } from "../../src/postgres/connection/postgres-queries.ts";
import { storedInstallations } from "../../src/store/installation/installations.ts";
import { storedSealedSecrets } from "../../src/store/secrets/sealed-secrets.ts";
import { databaseStore } from "../../src/store/store.ts";
import { testSeal } from "../sqlite/support.ts";
import { storeContract, type OpenedStore, type StoreOptions } from "../store/contract.ts";
import { testSources } from "../store/events.ts";
import { workAccess } from "../store/due-work/work-access.ts";
import { missing, reusedPostgres, skipped } from "./support.ts";

describe.skipIf(missing !== undefined)(`a database on a server${skipped}`, () => {
  const emptyPostgres = reusedPostgres();
  storeContract("PostgreSQL", async (options) => opened(await emptyPostgres(), options));
});

function opened(
  connections: Connections,
  { keys = ["k1"], sources = testSources() }: StoreOptions = {},
): OpenedStore {
  const database = postgresQueries(connections);
  const seal = testSeal(...keys);
  return {
    work: workAccess(database, () => new Date()),
    store: databaseStore(database, seal, sources),
    installations: storedInstallations(database, seal, sources),
    secrets: storedSealedSecrets(database, seal, sources),
    reopen: async (options) => opened(connections, { keys, sources, ...options }),
  };
}
