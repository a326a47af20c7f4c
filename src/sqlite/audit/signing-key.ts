import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../connection/database-error.ts";
import { beginFile, finishFile } from "../connection/new-file.ts";

/** A public key that verifies checkpoints, and its short name in each of them. */
export interface CheckpointKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The private key that signs checkpoints. */
export interface SigningKey extends CheckpointKey {
  readonly privateKey: KeyObject;
}

/**
 * Reads the Ed25519 key of a PEM file and makes the file readable only by its owner. Creates a key if there is none,
 * unless `mayCreate` returns false. Throws an ordinary error with a readable message.
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
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (error) {
    throw notAKey(path, error);
  }
  if (privateKey.asymmetricKeyType !== "ed25519") throw notAKey(path);
  return { ...checkpointKey(createPublicKey(privateKey)), privateKey };
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

/**
 * The public keys in a text of PEM blocks, or of a private key's file. Throws an ordinary error with a readable
 * message.
 */
export function publicKeys(pem: string, from: string): readonly CheckpointKey[] {
  const blocks = pem.match(/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/gu) ?? [];
  if (blocks.length === 0) throw notAKey(from);
  return blocks.map((block) => {
    let key: KeyObject;
    try {
      key = createPublicKey(block);
    } catch (error) {
      throw notAKey(from, error);
    }
    if (key.asymmetricKeyType !== "ed25519") throw notAKey(from);
    return checkpointKey(key);
  });
}

/** A public key as PEM, to store away from the database. */
export function publicPem({ key }: CheckpointKey): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

/** The text of a file, or undefined if it does not exist. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function checkpointKey(key: KeyObject): CheckpointKey {
  const der = key.export({ type: "spki", format: "der" });
  return { id: createHash("sha256").update(der).digest("hex").slice(0, 16), key };
}

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

function notAKey(path: string, cause?: unknown): Error {
  const fault = `${path} does not hold an Ed25519 key in PEM form.`;
  return new Error(`${fault} Correct AUDIT_SIGNING_KEY_PATH, or the file.`, { cause });
}
