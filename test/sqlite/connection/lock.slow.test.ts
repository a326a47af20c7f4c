import { spawnSync } from "node:child_process";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { lockDatabase } from "../../../src/sqlite/connection/lock.ts";
import { lockHolds } from "../../../src/sqlite/connection/lock-probe.ts";
import { child } from "../child.ts";
import { temporaryFolder, testDatabase } from "../support.ts";

test("refuses a second process and names the first", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const first = child("lock-holder.ts", [path]);
  expect(await first.line()).toBe("held");
  const second = child("lock-holder.ts", [path]);
  expect(await second.line()).toMatch(
    `DatabaseError The database ${path} cannot be used: another Patchbay server, process ${first.pid} on `,
  );
  expect(() => lockDatabase(path)).toThrow(`process ${first.pid} on `);
});

test("is free again after the holder was killed", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const first = child("lock-holder.ts", [path]);
  expect(await first.line()).toBe("held");
  await first.kill("SIGKILL");
  expect(existsSync(`${path}.pid`)).toBe(true);
  const lock = lockDatabase(path);
  const other = child("lock-holder.ts", [path]);
  expect(await other.line()).toMatch(`process ${process.pid} on `);
  lock.release();
});

test("is free again after it is released, also twice", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const lock = lockDatabase(path);
  lock.release();
  expect(existsSync(`${path}.pid`)).toBe(false);
  const next = child("lock-holder.ts", [path]);
  expect(await next.line()).toBe("held");
  lock.release();
  expect(() => lockDatabase(path)).toThrow(`process ${next.pid} on `);
});

test("stays held if the holder drops the object and collects garbage", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const first = child("lock-holder.ts", [path], ["--expose-gc"]);
  expect(await first.line()).toBe("held");
  expect(() => lockDatabase(path)).toThrow("cannot be used");
});

test("stays held if this process tries again or opens the database meanwhile", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const lock = lockDatabase(path);
  expect(() => lockDatabase(path)).toThrow(`process ${process.pid} on `);
  openDatabase(path).close();
  expect(await child("lock-holder.ts", [path]).line()).toMatch(`process ${process.pid} on `);
  lock.release();
});

// O12
test("is distinguished from one that excludes nobody, by a separate process", () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const lock = lockDatabase(path);
  expect(lockHolds(`${path}.lock`)).toBe(true);
  lock.release();
  expect(lockHolds(`${path}.lock`)).toBe(false);
});

// O12
test("is refused with a readable message if the file system does not lock", async ({ skip }) => {
  const folder = temporaryFolder();
  const source = join(folder, "no-locks.c");
  const library = join(folder, "no-locks.so");
  writeFileSync(source, noLocks);
  const built = spawnSync("cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"], { encoding: "utf8" });
  if (process.platform !== "linux" || built.status !== 0)
    return skip("a C compiler on Linux makes the file system that locks nothing");
  const path = join(folder, "patchbay.db");
  const holder = child("lock-holder.ts", [path], [], { LD_PRELOAD: library });
  expect(await holder.line()).toMatch(/its file system does not lock files.*no NFS/u);
});

/** Replaces the system's `fcntl` and reports every lock as taken. */
const noLocks = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
static int call(const char *name, int fd, int cmd, void *arg) {
  if (cmd == F_SETLK || cmd == F_SETLKW) return 0;
  int (*real)(int, int, ...) = dlsym(RTLD_NEXT, name);
  return real(fd, cmd, arg);
}
int fcntl(int fd, int cmd, ...) {
  va_list list; va_start(list, cmd); void *arg = va_arg(list, void *); va_end(list);
  return call("fcntl", fd, cmd, arg);
}
int fcntl64(int fd, int cmd, ...) {
  va_list list; va_start(list, cmd); void *arg = va_arg(list, void *); va_end(list);
  return call("fcntl64", fd, cmd, arg);
}
`;

test("is the same lock by every path to the database", () => {
  const folder = temporaryFolder();
  const path = join(folder, "patchbay.db");
  openDatabase(path).close();
  symlinkSync(path, join(folder, "link.db"));
  const lock = lockDatabase(join(folder, "link.db"));
  expect(() => lockDatabase(path)).toThrow("another Patchbay server");
  lock.release();
});

test("lets commands open the database beside the server", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  testDatabase(path);
  expect(await child("lock-holder.ts", [path]).line()).toBe("held");
  const db = testDatabase(path);
  expect(db.prepare("INSERT INTO claimed_requests VALUES ('T1', 'req_1', 1)").run().changes).toBe(1);
});
