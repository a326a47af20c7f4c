import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

/** A public key that verifies checkpoints, and its short name in each of them. */
export interface CheckpointKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The private key that signs checkpoints. */
export interface SigningKey extends CheckpointKey {
  readonly privateKey: KeyObject;
}

/** The Ed25519 key in a PEM text. Throws an ordinary error with a readable message that names `from`. */
export function readSigningKey(pem: string, from: string): SigningKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (error) {
    throw notAKey(from, error);
  }
  if (privateKey.asymmetricKeyType !== "ed25519") throw notAKey(from);
  return { ...checkpointKey(createPublicKey(privateKey)), privateKey };
}

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

function checkpointKey(key: KeyObject): CheckpointKey {
  const der = key.export({ type: "spki", format: "der" });
  return { id: createHash("sha256").update(der).digest("hex").slice(0, 16), key };
}

function notAKey(path: string, cause?: unknown): Error {
  const fault = `${path} does not hold an Ed25519 key in PEM form.`;
  return new Error(`${fault} Correct AUDIT_SIGNING_KEY_PATH, or the file.`, { cause });
}
