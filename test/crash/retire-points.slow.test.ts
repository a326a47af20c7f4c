import { once } from "node:events";
import { spawn } from "node:child_process";
import { createReadStream, cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { openInfrastructure } from "../../src/infrastructure.ts";
import { openArchive } from "../../src/open-archive.ts";
import { openFile } from "../../src/sqlite/connection/driver.ts";
import { verifySegment } from "../../src/store/retention/verify-segment.ts";
import { temporaryFolder } from "../sqlite/support.ts";
import { bundled } from "../support/run/bundled.ts";

const team = "T1";
/** More than two batches. */
const perMonth = 700;

const settingsIn = (folder: string) =>
  readConfig(
    {
      DATABASE_PATH: join(folder, "patchbay.db"),
      CREDENTIAL_KEYS: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
      LOG_LEVEL: "silent",
    },
    "database",
  );

/** A log of two months on SQLite that a server has signed, and one entry of another month. */
async function signedLog(folder: string): Promise<void> {
  let month = "2025-11";
  const server = openInfrastructure(settingsIn(folder), {
    lock: true,
    now: () => new Date(`${month}-10T00:00:00.000Z`),
    isClockSkewed: () => false,
  });
  let count = 0;
  for (const [of, entries] of [
    ["2025-11", perMonth],
    ["2025-12", perMonth],
    ["2026-01", 1],
  ] as const) {
    month = of;
    for (let n = 0; n < entries; n += 1) {
      count += 1;
      const actor = { kind: "system", job: "test" } as const;
      await server.store
        .workspace(team)
        .audit.append({ kind: "action.refused", actor, requestId: `req_${count}` });
    }
  }
  await server.close();
}

let signed: string;
beforeAll(async () => {
  signed = temporaryFolder(afterAll);
  await signedLog(signed);
});

const lines = (file: string) => createInterface({ input: createReadStream(file) });

test.each(["in file 1", "in file 2", "before the record", "after the record", "after a batch"])(
  "loses no entry when the retirement is killed %s, and a second run ends it",
  { timeout: 120_000 },
  async (point) => {
    const folder = temporaryFolder();
    cpSync(signed, folder, { recursive: true });
    const settings = settingsIn(folder);
    const path = join(folder, "patchbay.db");
    const archive = join(folder, "archive");
    const script = bundled(new URL("retire-child.ts", import.meta.url));
    const run = (at: string) => {
      const started = spawn(process.execPath, [script, path, archive, at], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      onTestFinished(() => void started.kill("SIGKILL"));
      return started;
    };
    const killed = run(point);
    expect(await once(createInterface(killed.stdout), "line")).toEqual([point]);
    killed.kill("SIGKILL");
    await once(killed, "exit");

    // Each entry is in the database, or in a complete file that verifies.
    const held = new Set<number>();
    const db = openFile(path);
    for (const position of db.prepare<[], number>("SELECT position FROM audit_entries").pluck().all())
      held.add(position);
    db.close();
    const key = async (): Promise<string> => {
      const opened = await openArchive(settings);
      const pem = opened.publicKey();
      await opened.close();
      return pem;
    };
    const files = () => readdirSync(archive).filter((name) => name.endsWith(".jsonl"));
    for (const name of files()) {
      const { anchor, findings } = await verifySegment(lines(join(archive, name)), await key());
      expect(findings).toEqual([]);
      for (let at = anchor?.first ?? 1; at <= (anchor?.count ?? 0); at += 1) held.add(at);
    }
    for (let position = 1; position <= 2 * perMonth + 1; position += 1) expect(held.has(position)).toBe(true);
    const verdicts = async () => {
      const opened = await openArchive(settings);
      const found: unknown[] = [];
      for await (const { verdict, findings, waiting } of opened.verify({}))
        found.push([verdict, findings, waiting ?? 0]);
      await opened.close();
      return found;
    };
    const waits = { "after the record": 2 * perMonth, "after a batch": 2 * perMonth - 500 }[point] ?? 0;
    expect(await verdicts()).toEqual([["intact", [], waits]]);

    const again = run("");
    await once(again, "exit");
    expect(again.exitCode).toBe(0);
    expect(await verdicts()).toEqual([["intact", [], 0]]);
    expect(files()).toHaveLength(2);
    const after = openFile(path);
    expect(after.prepare("SELECT count(*), min(position) FROM audit_entries").raw().get()).toEqual([
      2,
      2 * perMonth + 1,
    ]);
    after.close();
  },
);
