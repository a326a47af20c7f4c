import { readIfThere } from "../../store/checkpoints/checkpoint-file.ts";
import { readSigningKey, type SigningKey } from "../../store/checkpoints/checkpoint-key.ts";

/**
 * The key that signs checkpoints of a PostgreSQL database. It is never created here: all servers need the same one.
 * Throws an ordinary error with a readable message.
 */
export function sharedSigningKey(path: string): SigningKey {
  const pem = readIfThere(path);
  if (pem !== undefined) return readSigningKey(pem, path);
  const make = `openssl genpkey -algorithm ed25519 -out ${path}`;
  throw new Error(
    `There is no key ${path} to sign the audit log with. All servers need the same one: put it there, or make it once with \`${make}\`.`,
  );
}
