import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { Problem } from "../../domain/problem/problem.ts";

/** A key of CREDENTIAL_KEYS: 32 bytes, and the id stored with each secret that it encrypts. */
export interface CredentialKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** An encrypted secret and the id of its key. */
export interface Sealed {
  readonly keyId: string;
  readonly sealed: Uint8Array;
}

/** Whose secret it is, and what to do if it cannot be decrypted, as text for the Problem. */
export interface SealSubject {
  readonly owner: string;
  readonly remedy: string;
}

/** Encrypts secrets bound to their place (purpose, workspace, row): copied elsewhere, they cannot be decrypted. */
export interface Seal {
  /** The id of the key that encrypts. */
  readonly newestKeyId: string;
  /** The ids of all keys that can decrypt, newest first. */
  readonly keyIds: readonly string[];
  /** Encrypts a text with the newest key. */
  seal(plaintext: string, place: readonly string[]): Sealed;
  /**
   * Decrypts with the key that encrypted it. Throws not_connected if that key is missing or the data was tampered with.
   */
  open(sealed: Sealed, place: readonly string[], subject: SealSubject): string;
}

const version = 1;
const keyBytes = 32;
// NIST SP 800-38D allows 2^32 encryptions with one key and random nonces of 96 bits.
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = "aes-256-gcm";

/**
 * Encrypts by AES-256-GCM with the given keys, newest first. The result is a version byte (1), the nonce, the
 * ciphertext and the tag. Throws an ordinary error if there is no key, a key is not 32 bytes long, or two keys share an
 * id.
 */
export function credentialSeal(keys: readonly CredentialKey[]): Seal {
  const [newest] = keys;
  if (!newest) throw new Error("there is no key to seal with");
  const byId = new Map<string, KeyObject>();
  for (const { id, key } of keys) {
    if (key.byteLength !== keyBytes)
      throw new Error(`the credential key "${id}" is not ${keyBytes} bytes long`);
    if (byId.has(id)) throw new Error(`there are two credential keys with the id "${id}"`);
    byId.set(id, createSecretKey(key));
  }
  const newestKey = byId.get(newest.id);
  if (!newestKey) throw new Error("there is no key to seal with");

  return {
    newestKeyId: newest.id,
    keyIds: [...byId.keys()],

    seal(plaintext, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, newestKey, nonce, { authTagLength: tagBytes });
      cipher.setAAD(associatedData(place));
      const text = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
      const sealed = Buffer.concat([Buffer.of(version), nonce, text, cipher.getAuthTag()]);
      return { keyId: newest.id, sealed };
    },

    open({ keyId, sealed }, place, subject) {
      const key = byId.get(keyId);
      if (!key) throw unopened(subject, `the key "${keyId}" that sealed it is not among them`);
      if (sealed.byteLength < 1 + nonceBytes + tagBytes || sealed[0] !== version) {
        throw unopened(subject, "what is stored is not in a form that this version reads");
      }
      const nonce = sealed.subarray(1, 1 + nonceBytes);
      const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(associatedData(place));
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      try {
        const text = decipher.update(sealed.subarray(1 + nonceBytes, -tagBytes));
        return Buffer.concat([text, decipher.final()]).toString("utf8");
      } catch (error) {
        throw unopened(subject, `the key "${keyId}" does not open it`, error);
      }
    },
  };
}

// JSON is unambiguous: no two places result in the same bytes.
function associatedData(place: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(["patchbay", version, ...place]), "utf8");
}

function unopened({ owner, remedy }: SealSubject, why: string, cause?: unknown): Problem {
  const message = `The stored secret of ${owner} cannot be opened with this server's CREDENTIAL_KEYS: ${why}. ${remedy}`;
  return new Problem("not_connected", message, {}, cause);
}
