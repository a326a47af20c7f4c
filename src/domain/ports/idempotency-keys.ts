/** A request of a program, as it is kept under its idempotency key. */
export interface KeyedRequest {
  readonly tokenId: string;
  readonly key: string;
  /** The SHA-256 of what it asks for. */
  readonly fingerprint: string;
  /** The id of the change that it makes. */
  readonly changeId: string;
}

/** An answer, as it is sent again. */
export interface KeptAnswer {
  readonly status: number;
  /** JSON, with its headers. */
  readonly body: string;
}

/** A request that came before with the same key. */
export interface KeptRequest extends Pick<KeyedRequest, "fingerprint" | "changeId"> {
  readonly at: Date;
  /** Undefined while it runs, and if its server ended meanwhile. */
  readonly answer: KeptAnswer | undefined;
}

/** The idempotency keys of one workspace, kept for a day. */
export interface IdempotencyKeys {
  /** Keeps a request. Returns the one that came before with this token and key, if there is one. Throws not_recorded. */
  claim(request: KeyedRequest): Promise<KeptRequest | undefined>;
  /** Keeps the answer. Throws not_recorded. */
  answer(request: Pick<KeyedRequest, "tokenId" | "key">, answer: KeptAnswer): Promise<void>;
  /** Forgets a request that did nothing, so that it can be sent again. Throws not_recorded. */
  release(request: Pick<KeyedRequest, "tokenId" | "key">): Promise<void>;
}
