import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../sqlite/support.ts";
import { missing, skipped } from "../support.ts";
import { newKey, signedPostgres, signedTwice, verdictOf } from "./signed-log.ts";

describe.skipIf(missing !== undefined)(`servers that share the signing${skipped}`, () => {
  test("sign each entry once, no matter which comes first, and only the last one that ends signs then", async () => {
    const { log, serve } = await signedPostgres();
    const [one, two] = [await serve({ isLast: false }), await serve()];
    await log.append(2);
    await Promise.all([one.makeFirst(), two.makeFirst(), one.makeDue(), two.makeDue()]);
    expect(await log.signed()).toEqual(["T1 2"]);
    await log.append(1);
    await one.makeAll();
    expect(await log.signed()).toEqual(["T1 2"]);
    await two.makeAll();
    expect(await log.signed()).toEqual(["T1 2", "T1 3"]);
    expect([await one.faults(), await two.faults()]).toEqual([[], []]);
  });

  test("keep a copy each of what any of them signs", async () => {
    const { log, serve } = await signedPostgres();
    const file = join(temporaryFolder(), "checkpoints.jsonl");
    const one = await serve();
    const two = await serve({ file });
    const lines: string[] = [];
    one.onCheckpoint((_workspaceId, line) => void lines.push(line));
    await log.append(2);
    await one.makeFirst();
    await two.makeDue();
    expect(lines).toHaveLength(1);
    expect(readFileSync(file, "utf8")).toBe(`${lines[0]}\n`);
  });

  test("begin with a log that has entries only when an operator says so", async () => {
    const { log, serve, accept } = await signedPostgres();
    await log.append(2);
    const server = await serve();
    await server.makeFirst();
    expect(await server.faults()).toEqual(["there are entries and a key, and no checkpoint"]);
    await accept();
    expect(await server.faults()).toEqual([]);
    expect(await log.signed()).toEqual(["T1 3"]);
  });

  test("need an acceptance for another key, after which old checkpoints are no fault", async () => {
    const all = await signedTwice();
    writeFileSync(all.keyPath, newKey());
    expect(await (await all.serve()).faults()).toEqual([expect.stringContaining("a key that was not given")]);
    await all.accept();
    expect(await (await all.serve()).faults()).toEqual([]);
    expect(await verdictOf(all)).toEqual(["intact"]);
  });

  test("say what to do when there is no key, or another kind of key", async () => {
    const { serve, keyPath } = await signedPostgres();
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writeFileSync(keyPath, privateKey.export({ type: "pkcs8", format: "pem" }));
    await expect(serve()).rejects.toThrow("does not hold an Ed25519 key in PEM form");
  });
});
