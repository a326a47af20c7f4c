// Runs as a separate process: reads a signing key without root's rights and prints whether it could.
import { signingKey } from "../../src/sqlite/audit/signing-key.ts";

const nobody = 65_534;
const [, , path = ""] = process.argv;
if (process.getuid?.() === 0) process.setuid?.(nobody);
try {
  signingKey(path, () => false);
  process.stdout.write("read\n");
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : "?"}\n`);
}
