/** An agent as a number names it; the name is missing where the vendor gives only the id. */
export interface AgentRef {
  readonly id: string;
  readonly name?: string | undefined;
}

/** A voice agent that may answer numbers. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  /** Why it cannot be given a number, in words; undefined when it can, as far as the vendor says. */
  readonly unbindable?: string | undefined;
}

/** One of a vendor's own fields of a number, by its field id (`FieldSpec.id`). `null` is empty, `undefined` not said. */
export type FieldValues = Readonly<Record<string, string | null | undefined>>;

/**
 * A phone number as its vendor shows it. `null` means "none", `undefined` means "the vendor does not say":
 * taking the one for the other would report an outage that is none, or hide one.
 */
export interface PhoneNumber {
  /** The vendor's id, opaque to us. */
  readonly id: string;
  readonly e164: string;
  readonly name: string | null | undefined;
  /** Who answers: what a caller meets, not merely what one column says. */
  readonly agent: AgentRef | null | undefined;
  /**
   * The number's own agent, where the vendor keeps one beside who answers: the same as `agent` unless an override
   * answers in its place.
   */
  readonly ownAgent?: AgentRef | null | undefined;
  /** The agent of the override that answers in place of the number's own, where the vendor has overrides. */
  readonly override?: AgentRef | null | undefined;
  readonly fields: FieldValues;
  /** The vendor's word for its state (`active`, `pending`), where it has one. */
  readonly status?: string | undefined;
  /** Why no agent can be bound to it, in words; undefined when one can. */
  readonly unbindable?: string | undefined;
  /** What a detach is likely not to do to it, in at most 200 characters; undefined where nothing stands against it. */
  readonly detachNote?: string | undefined;
}

/** Where a number lives: the workspace's connection and the vendor's id. */
export interface NumberKey {
  readonly connectionId: string;
  readonly numberId: string;
}

/** A number together with the connection that it was read through. */
export interface ConnectedNumber {
  readonly key: NumberKey;
  readonly number: PhoneNumber;
}
