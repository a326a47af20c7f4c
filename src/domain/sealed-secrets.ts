import type { Actor } from "./actor.ts";

/** A key of CREDENTIAL_KEYS, or one that is missing there, and how many secrets it has sealed. */
export interface KeyUse {
  readonly keyId: string;
  readonly secrets: number;
  /** `newest` seals; `older` opens; `missing` is not in CREDENTIAL_KEYS, and what it sealed cannot be opened. */
  readonly state: "newest" | "older" | "missing";
}

/** One secret that came under the newest key, or that could not be opened. */
export interface Resealed {
  /** What is sealed, in words without any secret: "the connection con_1 of T1". */
  readonly what: string;
  readonly from: string;
  readonly outcome: "resealed" | "not opened" | "changed meanwhile";
}

/** Every sealed secret of the database, whatever workspace it belongs to: credentials, installations, the fingerprints' key. */
export interface SealedSecrets {
  /** All keys that are listed or used, the listed ones first and newest first. */
  use(): Promise<readonly KeyUse[]>;
  /**
   * Seals everything under the newest key: one secret a transaction, with its entry in the audit log where it belongs to a
   * workspace, so that it can be broken off at any point and begun again, beside a running server. Throws not_recorded.
   */
  reseal(by: { readonly actor: Actor; readonly requestId: string }): AsyncIterable<Resealed>;
}
