import { describe } from "vitest";
import type { Connections } from "../../src/postgres/connection/on-connection.ts";
import { postgresStore } from "../../src/postgres/store.ts";
import { testSeal } from "../sqlite/support.ts";
import { storeContract, type OpenedStore, type StoreOptions } from "../store/contract.ts";
import { testSources } from "../store/events.ts";
import { missing, skipped, testConnections, testPostgres } from "./support.ts";

describe.skipIf(missing !== undefined)(`a database on a server${skipped}`, () => {
  storeContract("PostgreSQL", async (options) =>
    opened(testConnections((await testPostgres()).app), options),
  );
});

function opened(
  connections: Connections,
  { keys = ["k1"], sources = testSources() }: StoreOptions = {},
): OpenedStore {
  return {
    ...postgresStore(connections, testSeal(...keys), sources),
    reopen: async (options) => opened(connections, { keys, sources, ...options }),
  };
}
