import { chownSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { migrate } from "../../../src/postgres/connection/migrate.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { requested, testSources } from "../../store/events.ts";
import { testConnections } from "../support.ts";
import { ownServer } from "./own-server.ts";
import { canFill, fillSkipped, mountDisk } from "./small-disk.ts";

describe.skipIf(!canFill)(`a PostgreSQL whose disk is full${fillSkipped}`, () => {
  test("records nothing more, says why, and goes on when there is room again", async () => {
    const { server, data } = await ownServer();
    const { uid, gid } = statSync(data);
    const disk = mountDisk(32);
    const folder = join(disk.path, "tablespace");
    mkdirSync(folder);
    chownSync(folder, uid, gid);
    const { pool } = testConnections(server.url);
    await pool.query(`CREATE TABLESPACE small LOCATION '${folder}'`);
    await pool.query("CREATE DATABASE patchbay TEMPLATE template0 TABLESPACE small");
    const connections = testConnections(server.url.replace(/postgres$/u, "patchbay"));
    await migrate(connections);
    const store = databaseStore(postgresQueries(connections), testSeal("k1"), testSources());
    const { audit } = store.workspace("T1");
    await audit.append(requested(1));
    disk.fill();
    let recorded = 1;
    const fill = async (): Promise<never> => {
      // The tables' last pages have some room left.
      for (;;) {
        await audit.append(requested(recorded + 1));
        recorded += 1;
      }
    };
    const full = {
      code: "not_recorded",
      message: "Patchbay's database could not be written: its disk is full.",
    };
    await expect(fill()).rejects.toMatchObject(full);
    expect(await audit.entries({ limit: 500 })).toHaveLength(recorded);
    disk.makeRoom();
    await expect(audit.append(requested(recorded + 1))).resolves.toMatchObject({ position: recorded + 1 });
    await expect(store.checkWritable()).resolves.toBeUndefined();
  });
});
