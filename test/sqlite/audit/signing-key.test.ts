import { generateKeyPairSync } from "node:crypto";
import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { signingKey } from "../../../src/sqlite/audit/signing-key.ts";
import { child } from "../child.ts";
import { temporaryFolder } from "../support.ts";

/** A key that everybody may read, in a folder that everybody may enter. */
function openKey(): string {
  const folder = temporaryFolder();
  const path = join(folder, "key.pem");
  const { privateKey } = generateKeyPairSync("ed25519");
  writeFileSync(path, privateKey.export({ type: "pkcs8", format: "pem" }));
  chmodSync(folder, 0o755);
  chmodSync(path, 0o444);
  return path;
}

test("hides its key from others", () => {
  const path = openKey();
  signingKey(path, () => false);
  expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
});

test("reads a key that belongs to somebody else, as a secret that a container has mounted", async () => {
  expect(await child("read-signing-key.ts", [openKey()]).line()).toBe("read");
});
