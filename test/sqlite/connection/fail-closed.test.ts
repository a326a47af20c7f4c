import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { sqliteInstallations } from "../../../src/sqlite/store.ts";
import type { SqliteDatabase } from "../../../src/sqlite/connection/database.ts";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { requested, testSources } from "../../store/events.ts";
import { temporaryFolder, testDatabase, testSeal } from "../support.ts";

let path: string;
let db: SqliteDatabase;
let store: ReturnType<typeof sqliteStore>;
beforeEach(() => {
  path = join(temporaryFolder(), "data", "patchbay.db");
  db = testDatabase(path);
  store = sqliteStore(db, testSeal("k1"), testSources());
});

let asked = 0;
/** Every kind of write, and whether it works now. */
async function writes(): Promise<string[]> {
  const workspace = store.workspace("T1");
  asked += 1;
  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    append: async () => workspace.audit.append(requested(asked)),
    ready: async () => store.checkWritable(),
    claim: async () => workspace.claim(`req_${asked}`),
    connect: async () =>
      workspace.connections.add({ vendor: "cartesia", name: `n${asked}`, credentials: { key: "k" } }),
    install: async () => sqliteInstallations(db, testSeal("k1"), testSources()).save("T1", {}, new Date(0)),
  };
  const ends: string[] = [];
  for (const [name, act] of Object.entries(acts)) {
    const end = await act().then(
      () => "written",
      (error: { code?: string; message?: string }) =>
        error.code === "not_recorded"
          ? String(error.message).replace("Patchbay's database could not be written: ", "")
          : `${String(error.code)} ${String(error.message)}`,
    );
    ends.push(`${name}: ${end}`);
  }
  return ends;
}

const all = (end: string) =>
  ["append", "ready", "claim", "connect", "install"].map((name) => `${name}: ${end}`);

describe("nothing counts as written, and everything recovers without a restart, if the database", () => {
  test("was moved away and is moved back", async () => {
    expect(await writes()).toEqual(all("written"));
    renameSync(path, `${path}.away`);
    expect(await writes()).toEqual(all("its file was deleted or moved away."));
    renameSync(`${path}.away`, path);
    expect(await writes()).toEqual(all("written"));
    const entries = await store.workspace("T1").audit.entries({ limit: 10 });
    expect(entries.map(({ position }) => position)).toEqual([2, 1]);
  });

  test("was replaced by a copy, until the original returns", async () => {
    await writes();
    copyFileSync(path, `${path}.copy`);
    renameSync(path, `${path}.away`);
    renameSync(`${path}.copy`, path);
    expect(await writes()).toEqual(all("its file was replaced by another one."));
    renameSync(`${path}.away`, path);
    expect(await writes()).toEqual(all("written"));
  });

  test("lost its write-ahead log", async () => {
    renameSync(`${path}-wal`, `${path}-away`);
    expect(await writes()).toEqual(all("its write-ahead log was deleted or moved away."));
    renameSync(`${path}-away`, `${path}-wal`);
    expect(await writes()).toEqual(all("written"));
  });

  test("lost its whole folder", async () => {
    renameSync(join(path, ".."), join(path, "..", "..", "away"));
    expect(await writes()).toEqual(all("its file was deleted or moved away."));
    renameSync(join(path, "..", "..", "away"), join(path, ".."));
    expect(await writes()).toEqual(all("written"));
  });

  test("is on a disk that is full", async () => {
    db.pragma(`max_page_count = ${Number(db.pragma("page_count", { simple: true }))}`);
    expect(() => {
      for (;;) db.prepare("INSERT INTO claimed_requests VALUES ('T9', hex(randomblob(200)), 1)").run();
    }).toThrow("full");
    await expect(
      store.workspace("T1").audit.append(requested(1, { reason: "x".repeat(90_000) })),
    ).rejects.toMatchObject({ code: "not_recorded" });
    await expect(store.checkWritable()).rejects.toMatchObject({ code: "not_recorded" });
    db.pragma("max_page_count = 1000000");
    expect(await writes()).toEqual(all("written"));
  });

  test("becomes read-only", async () => {
    db.pragma("query_only = ON");
    expect(await writes()).toEqual(all("it may only be read."));
    db.pragma("query_only = OFF");
    expect(await writes()).toEqual(all("written"));
  });
});

describe("a database in a folder that has not changed for long", () => {
  beforeEach(() => {
    const anHourOn = Date.now() + 3_600_000;
    vi.spyOn(Date, "now").mockReturnValue(anHourOn);
    return () => vi.restoreAllMocks();
  });

  test.each([
    ["deleted", "deleted or moved away", () => rmSync(path)],
    [
      "replaced",
      "replaced by another one",
      () => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
    ],
  ])("a file that was %s is noticed by the very next write", async (_, words, act) => {
    expect(await writes()).toEqual(all("written"));
    act();
    expect(await writes()).toEqual(all(`its file was ${words}.`));
  });

  test("checks a link to the database itself", async () => {
    // In another folder, which does not change.
    const link = join(temporaryFolder(), "link.db");
    symlinkSync(path, link);
    db = testDatabase(link);
    store = sqliteStore(db, testSeal("k1"), testSources());
    expect(await writes()).toEqual(all("written"));
    renameSync(path, `${path}.away`);
    expect(await writes()).toEqual(all("its file was deleted or moved away."));
  });
});

test("does not recreate a deleted file", async () => {
  for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name);
  expect(await writes()).toEqual(all("its file was deleted or moved away."));
  expect(() => openFile(path, { fileMustExist: true })).toThrow("unable to open database file");
});

test("does not write to another database in its place", async () => {
  rmSync(path);
  mkdirSync(join(path, "..", "new"));
  testDatabase(join(path, "..", "new", "patchbay.db"));
  renameSync(join(path, "..", "new", "patchbay.db"), path);
  expect(await writes()).toEqual(all("its file was replaced by another one."));
});

describe("a database that another process holds", () => {
  test("is waited for without blocking the rest of this process", async () => {
    const other = openFile(path);
    other.exec("BEGIN IMMEDIATE");
    const append = store.workspace("T1").audit.append(requested(1));
    // A timer releases it meanwhile.
    setTimeout(() => other.exec("ROLLBACK"), 1);
    await expect(append).resolves.toMatchObject({ position: 1 });
    other.close();
  });

  test("is abandoned within a second, then immediately, and works again when it is free", async () => {
    const other = openFile(path);
    other.exec("BEGIN IMMEDIATE");
    const start = performance.now();
    expect(await writes()).toEqual(all("another process holds it."));
    // Five writes: a second for the first, 50 ms for each of the others, plus some for a busy machine.
    expect(performance.now() - start).toBeLessThan(2_500);
    other.exec("ROLLBACK");
    other.close();
    expect(await writes()).toEqual(all("written"));
  });
});
