import { chownSync, cpSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { migrate } from "../../../src/postgres/connection/migrate.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { requested, testSources } from "../../store/events.ts";
import { testConnections } from "../support.ts";
import { ownServer } from "./own-server.ts";
import { canFill, fillSkipped, mountDisk, type SmallDisk } from "./small-disk.ts";

/** Moves the write-ahead log of a stopped server to another disk. */
function moveLog(data: string, { path }: SmallDisk): void {
  const [from, to] = [join(data, "pg_wal"), join(path, "pg_wal")];
  const { uid, gid } = statSync(data);
  cpSync(from, to, { recursive: true });
  for (const file of ["", ...readdirSync(to, { recursive: true, encoding: "utf8" })])
    chownSync(join(to, file), uid, gid);
  rmSync(from, { recursive: true });
  symlinkSync(to, from);
}

describe.skipIf(!canFill)(`a PostgreSQL whose write-ahead log has no room${fillSkipped}`, () => {
  test("records nothing more, and has all that was recorded once it is started with room again", async () => {
    const { server, data } = await ownServer({ isDurable: true });
    await server.stop();
    const disk = mountDisk(48);
    moveLog(data, disk);
    await server.start();
    const connections = testConnections(server.url, { connectMs: 1_000, writeMs: 1_000, readMs: 30_000 });
    await migrate(connections);
    const store = databaseStore(postgresQueries(connections), testSeal("k1"), testSources());
    const { audit } = store.workspace("T1");
    const recorded = [(await audit.append(requested(1))).id];
    disk.fill();
    const fill = async (): Promise<never> => {
      for (;;) {
        recorded.push((await audit.append(requested(recorded.length + 1))).id);
        // The next entry needs another file.
        await connections.pool.query("SELECT pg_switch_wal()").catch(() => undefined);
      }
    };
    // It stops by itself, and cannot start until there is room.
    const refused = {
      code: "not_recorded",
      message: expect.stringMatching(/^Patchbay's database could not be written: it/u),
    };
    await expect(fill()).rejects.toMatchObject(refused);
    await expect(store.checkWritable()).rejects.toMatchObject(refused);
    disk.makeRoom();
    await server.stop();
    await server.start();
    const entries = await audit.entries({ limit: 500 });
    expect(entries.map(({ id }) => id)).toEqual(expect.arrayContaining(recorded));
    await expect(store.checkWritable()).resolves.toBeUndefined();
    await expect(audit.append(requested(999))).resolves.toMatchObject({ position: entries.length + 1 });
  });
});
