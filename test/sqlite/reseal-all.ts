// Runs as a separate process: encrypts everything with k2, and prints a line after each secret.
import { createHash } from "node:crypto";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import { credentialSeal } from "../../src/store/crypto/seal.ts";
import { sqliteSealedSecrets } from "../../src/sqlite/store.ts";

const [, , path = ""] = process.argv;
const seal = credentialSeal(
  ["k2", "k1"].map((id) => ({ id, key: createHash("sha256").update(id).digest() })),
);
let count = 0;
const sources = {
  now: () => new Date(),
  newId: (prefix: string) => `${prefix}_${process.pid}_${(count += 1)}`,
};
const by = { actor: { kind: "cli", osUser: "test" }, requestId: "req_rotate" } as const;
for await (const { what } of sqliteSealedSecrets(openDatabase(path), seal, sources).reseal(by))
  process.stdout.write(`${what}\n`);
