import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../../../src/sqlite/connection/database.ts";
import type { SqliteDatabase } from "../../../src/sqlite/connection/database.ts";
import { sqliteInstallations } from "../../../src/sqlite/store.ts";
import { sqliteStore } from "../../../src/sqlite/store.ts";
import { testSources } from "../../store/events.ts";
import { temporaryFolder, testSeal } from "../support.ts";

function bytesOf(path: string): Buffer {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file));
  return Buffer.concat(files.map((file) => readFileSync(file)));
}

function sealedIn(db: SqliteDatabase): Buffer[] {
  const sql = "SELECT sealed FROM connections UNION ALL SELECT sealed FROM installations";
  return db.prepare<[], Buffer>(sql).pluck().all();
}

test("stores no key and no token unencrypted, and keeps nothing of removed ones", async () => {
  const path = join(temporaryFolder(), "patchbay.db");
  const db = openDatabase(path);
  const { connections: vault } = sqliteStore(db, testSeal("k1"), testSources()).workspace("T1");
  const installations = sqliteInstallations(db, testSeal("k1"), testSources());
  const secrets = [
    "sk-first-key",
    "sk-second-key",
    "sk-long-key-".repeat(1_000),
    "xoxb-first-token",
    "xoxb-second-token",
  ];
  const [first = "", second = "", long = "", token = "", nextToken = ""] = secrets;
  const outOfUse: Buffer[] = [];
  const expectNothing = () => {
    const bytes = bytesOf(path);
    const texts = secrets.flatMap((secret) =>
      (["utf8", "utf16le"] as const).map((code) => Buffer.from(secret.slice(0, 60), code)),
    );
    expect(texts.filter((text) => bytes.includes(text))).toEqual([]);
    expect(outOfUse.filter((sealed) => bytes.includes(sealed.subarray(0, 40)))).toEqual([]);
  };

  const { id } = await vault.add({ vendor: "cartesia", name: "Prod", credentials: { apiKey: first } });
  const other = await vault.add({ vendor: "cartesia", name: "Long", credentials: { apiKey: long } });
  await installations.save("T1", { bot: { token } }, new Date());
  expectNothing();
  expect(sealedIn(db).every((sealed) => bytesOf(path).includes(sealed.subarray(0, 40)))).toBe(true);

  outOfUse.push(...sealedIn(db));
  await installations.save("T1", { bot: { token: nextToken } }, new Date());
  await vault.replace(id, { apiKey: second });
  await vault.remove(other.id);
  expectNothing();

  outOfUse.push(...sealedIn(db));
  await installations.wipe("T1");
  expectNothing();
  db.close();
  expectNothing();
});
