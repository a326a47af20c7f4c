import type { Actor } from "../shared/actor.ts";

/** A key and the number of secrets that it encrypts. */
export interface KeyUse {
  readonly keyId: string;
  readonly secrets: number;
  /**
   * `newest` encrypts and decrypts; `older` decrypts; `missing` is not in CREDENTIAL_KEYS, so its secrets cannot be
   * decrypted.
   */
  readonly state: "newest" | "older" | "missing";
}

/** A secret that was re-encrypted with the newest key, or why it was not. */
export interface Resealed {
  /** What the secret is, without revealing it: "the connection con_1 of T1". */
  readonly what: string;
  readonly from: string;
  readonly outcome: "resealed" | "not opened" | "changed meanwhile";
}

/** All encrypted secrets of the database: credentials, installations and the key for fingerprints. */
export interface SealedSecrets {
  /** All keys that are configured or in use, the configured ones first, newest first. */
  use(): Promise<readonly KeyUse[]>;
  /**
   * Re-encrypts everything with the newest key: one secret per transaction, with its entry in the workspace's audit
   * log. It can be interrupted and repeated, even while a server runs. Throws not_recorded.
   */
  reseal(by: { readonly actor: Actor; readonly requestId: string }): AsyncIterable<Resealed>;
}
