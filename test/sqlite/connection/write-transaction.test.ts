import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import { writeTransaction } from "../../../src/sqlite/connection/write-transaction.ts";
import { temporaryFolder } from "../support.ts";

function opened() {
  const db = openDatabase(join(temporaryFolder(), "patchbay.db"));
  db.exec("CREATE TABLE t (word TEXT NOT NULL UNIQUE)");
  const write = async (word: string | null): Promise<string> =>
    writeTransaction(db, () => {
      db.prepare("INSERT INTO t VALUES (?)").run(word);
      return `wrote ${word}`;
    });
  return { db, write, words: () => db.prepare("SELECT word FROM t ORDER BY rowid").pluck().all() };
}

test("commits writes of the same moment together", async () => {
  const { db, write, words } = opened();
  const other = openDatabase(db.name, { readonly: true });
  const seen = new Set<unknown>();
  const look = (): void => void seen.add(other.prepare("SELECT count(*) FROM t").pluck().get());
  look();
  const answers = ["a", "b", "c"].map(async (word) => write(word).finally(look));
  expect(await Promise.all(answers)).toEqual(["wrote a", "wrote b", "wrote c"]);
  expect(words()).toEqual(["a", "b", "c"]);
  expect([...seen]).toEqual([0, 3]);
  other.close();
});

test("rolls back only the one that fails, whether it throws or the database does", async () => {
  const { db, write, words } = opened();
  const refused = writeTransaction(db, () => {
    db.prepare("INSERT INTO t VALUES ('refused')").run();
    throw new Error("not like this");
  });
  const answers = await Promise.allSettled([write("a"), refused, write("a"), write(null), write("b")]);
  expect(answers.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  await expect(refused).rejects.toThrow("not like this");
  expect(words()).toEqual(["a", "b"]);
});

test("reports to every caller that none of them could be written", async () => {
  const { db, write } = opened();
  const all = [write("a"), write("b")];
  db.close();
  for (const one of all) await expect(one).rejects.toMatchObject({ code: "not_recorded" });
});

// A4
test("commits very many in groups, in order, and yields in between", async () => {
  const { db, write, words } = opened();
  const other = openDatabase(db.name, { readonly: true });
  const seen = new Set<unknown>();
  const many = Array.from({ length: 300 }, (_, at) => String(at));
  const state = { over: false };
  const writing = Promise.all(many.map(write)).finally(() => (state.over = true));
  while (!state.over) {
    await turn();
    seen.add(other.prepare("SELECT count(*) FROM t").pluck().get());
  }
  await writing;
  expect(words()).toEqual(many);
  expect(seen.size).toBeGreaterThan(3);
  other.close();
});

// A4
test("yields while one caller writes many times in a row", async () => {
  const { write, words } = opened();
  const state = { over: false };
  const writing = (async () => {
    for (let at = 0; at < 100; at += 1) await write(String(at));
  })().finally(() => (state.over = true));
  let turns = 0;
  for (; !state.over; turns += 1) await turn();
  await writing;
  expect(words()).toHaveLength(100);
  expect(turns).toBeGreaterThanOrEqual(100 / 8 - 1);
});
