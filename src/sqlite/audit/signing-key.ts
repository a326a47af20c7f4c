import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readIfThere } from "../../store/checkpoints/checkpoint-file.ts";
import { readSigningKey, type SigningKey } from "../../store/checkpoints/checkpoint-key.ts";
import { errorCode } from "../connection/database-error.ts";
import { beginFile, finishFile } from "../connection/new-file.ts";

/**
 * Reads the Ed25519 key of a PEM file and makes the file readable only by its owner, if it is ours. Creates a key if there
 * is none, unless `mayCreate` returns false. Throws an ordinary error with a readable message.
 */
export function signingKey(path: string, mayCreate: () => boolean): SigningKey {
  let pem = readIfThere(path);
  if (pem === undefined) {
    if (!mayCreate()) {
      const fault = `The key ${path} that signs the audit log's checkpoints is missing, but there are checkpoints that it has signed.`;
      throw new Error(
        `${fault} Put it back or correct AUDIT_SIGNING_KEY_PATH; to begin with a new key, move the file of the checkpoints away first.`,
      );
    }
    pem = createKey(path);
  }
  if ((statSync(path).mode & 0o077) !== 0) hideFromOthers(path);
  return readSigningKey(pem, path);
}

function hideFromOthers(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch (error) {
    // A secret that a container has mounted belongs to somebody else or cannot be changed; `patchbay doctor` names it.
    if (!["EPERM", "EROFS"].includes(errorCode(error))) throw error;
  }
}

/**
 * The history of a key: it has signed a checkpoint (`used`), nothing (`unused`), or does not exist (`missing`). An
 * unused key has lost no checkpoint.
 */
export type KeyAge = "used" | "unused" | "missing";

/** The age of the key in that file. */
export function keyAge(path: string): KeyAge {
  if (!existsSync(path)) return "missing";
  return existsSync(unusedMark(path)) ? "unused" : "used";
}

/** Notes, before a key is created, that it has signed nothing, until `markUsed`. */
export function markUnused(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(unusedMark(path), "Nothing was signed with this key yet.\n", { mode: 0o600, flush: true });
}

/** Notes that a key has signed a checkpoint. */
export function markUsed(path: string): void {
  rmSync(unusedMark(path), { force: true });
}

const unusedMark = (path: string): string => `${path}.unused`;

function createKey(path: string): string {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = beginFile(path);
  try {
    writeFileSync(partial, pem, { flush: true });
    finishFile(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  return pem;
}
