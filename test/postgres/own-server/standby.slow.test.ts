import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { migrate } from "../../../src/postgres/connection/migrate.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { requested, testSources } from "../../store/events.ts";
import { testConnections } from "../support.ts";
import { canStart, ownServer, skipped } from "./own-server.ts";

describe.skipIf(!canStart)(`a standby${skipped}`, () => {
  test("records nothing, and says why", async () => {
    const { server, data } = await ownServer();
    await migrate(testConnections(server.url));
    await server.stop();
    writeFileSync(join(data, "standby.signal"), "");
    await server.start();
    const store = databaseStore(postgresQueries(testConnections(server.url)), testSeal("k1"), testSources());
    await expect(store.workspace("T1").audit.append(requested(1))).rejects.toMatchObject({
      code: "not_recorded",
      message: "Patchbay's database could not be written: it may only be read.",
    });
    await expect(store.checkWritable()).rejects.toMatchObject({ code: "not_recorded" });
    expect(await store.workspace("T1").audit.entries({ limit: 1 })).toEqual([]);
  });
});
