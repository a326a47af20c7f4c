import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, rmSync, statSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { migrate } from "../../../src/postgres/connection/migrate.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { requested, testSources } from "../../store/events.ts";
import { testConnections } from "../support.ts";
import { canStart, ownServer, skipped } from "./own-server.ts";

const diskBytes = 32 * 1024 * 1024;

/** Mounts a small disk in memory for one test. */
function mountDisk(): string {
  const disk = join(tmpdir(), `small-disk-${randomBytes(6).toString("hex")}`);
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskBytes}`, "tmpfs", disk], { stdio: "ignore" });
  onTestFinished(() => {
    execFileSync("umount", ["-l", disk]);
    rmSync(disk, { recursive: true });
  });
  return disk;
}

// A namespace of its own, so that the question leaves nothing mounted.
const canMount = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", tmpdir()]).status === 0;
const why = canMount ? skipped : " (skipped: this user may not mount a small disk)";

describe.skipIf(!canStart || !canMount)(`a PostgreSQL whose disk is full${why}`, () => {
  test("records nothing more, says why, and goes on when there is room again", async () => {
    const { server, data } = await ownServer();
    const { uid, gid } = statSync(data);
    const disk = mountDisk();
    const folder = join(disk, "tablespace");
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
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, "filler"), Buffer.alloc(bavail * bsize));
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
    rmSync(join(disk, "filler"));
    await expect(audit.append(requested(recorded + 1))).resolves.toMatchObject({ position: recorded + 1 });
    await expect(store.checkWritable()).resolves.toBeUndefined();
  });
});
