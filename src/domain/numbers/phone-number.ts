import type { NumberFacts } from "./number-facts.ts";

/** The agent, or the agents, that a number refers to. The name is missing if the vendor gives only the id. */
export interface AgentRef {
  /** The id of one agent, or what `agentsText` makes of several and of one in a certain version. */
  readonly id: string;
  readonly name?: string | undefined;
}

/** A voice agent that can answer numbers. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  /** Why it cannot be assigned to a number, as text to show. Undefined if it can, as far as the vendor says. */
  readonly unbindable?: string | undefined;
}

/** The vendor's own fields of a number, by field id (`FieldSpec.id`). `null` is empty, `undefined` is not reported. */
export type FieldValues = Readonly<Record<string, string | null | undefined>>;

/**
 * A phone number as its vendor shows it. `null` means "none", `undefined` means "the vendor does not say". Confusing
 * the two would report an outage that does not exist, or hide one.
 */
export interface PhoneNumber {
  /** The vendor's id, an opaque string. */
  readonly id: string;
  readonly e164: string;
  readonly name: string | null | undefined;
  /** The agent that callers reach, whichever field of the vendor decides that. */
  readonly agent: AgentRef | null | undefined;
  /**
   * What answers although it is no agent, as text to show: "a relay". `agent` is then the one that is assigned all the
   * same, or undefined.
   */
  readonly answeredBy?: string | undefined;
  /** What may choose another agent for each call, as text to show without secrets: "the webhook at host.example". */
  readonly chooser?: string | undefined;
  /** What decides who answers while no agent is assigned, as text to show without secrets. Undefined if nobody does. */
  readonly withoutAgent?: string | undefined;
  /**
   * The number's own agent, if the vendor stores one separately. It equals `agent` unless an override answers in its
   * place.
   */
  readonly ownAgent?: AgentRef | null | undefined;
  /** The agent of the override that answers in place of the number's own, if the vendor has overrides. */
  readonly override?: AgentRef | null | undefined;
  readonly fields: FieldValues;
  /** Whether the newer generation of the vendor's API shows it, if there are two and the number tells. */
  readonly isNewerApi?: boolean | undefined;
  /** The vendor's word for the number's state (`active`, `pending`), if it has one. */
  readonly status?: string | undefined;
  /** When its vendor last updated it, in unix milliseconds, if the vendor says so. */
  readonly updatedAtMs?: number | undefined;
  /** What else its vendor says of it. Only on a number that was read alone. */
  readonly facts?: NumberFacts | undefined;
  /** Why no agent can be assigned to it, as text to show. Undefined if one can. */
  readonly unbindable?: string | undefined;
  /** What a detach will probably not achieve, in at most 200 characters. Undefined if nothing stands in the way. */
  readonly detachNote?: string | undefined;
}

/** Whether callers reach nobody: the number takes calls, and has no agent and nothing else that might answer. */
export function isUnanswered({ agent, answeredBy, chooser, unbindable }: PhoneNumber): boolean {
  return agent === null && answeredBy === undefined && chooser === undefined && unbindable === undefined;
}

type Besides = Pick<PhoneNumber, "answeredBy" | "chooser" | "withoutAgent">;

/** What answers in place of an agent, or may choose one for each call, once an agent is assigned, or none. */
export function answeringBesides(
  number: Besides,
  isDetached: boolean,
): Partial<Readonly<Record<"answeredBy" | "chooser", string>>> {
  const { answeredBy, chooser, withoutAgent } = number;
  const withAgent = chooser === withoutAgent ? undefined : chooser;
  const chooserAfter = isDetached ? (withoutAgent ?? chooser) : withAgent;
  return {
    ...(answeredBy === undefined ? {} : { answeredBy }),
    ...(chooserAfter === undefined ? {} : { chooser: chooserAfter }),
  };
}

/** The same once no agent is assigned. Empty if callers reach nobody. */
export const answeringWithoutAgent = (number: Besides): ReturnType<typeof answeringBesides> =>
  answeringBesides(number, true);

/** How something besides its agent decides who answers a number: it answers itself, or may choose an agent. */
export type BesidesKind = "answers itself" | "may choose";

/** The same, once a number has this agent; undefined if the agent alone answers. */
export function besidesKind(number: Besides, agent: string | null | undefined): BesidesKind | undefined {
  const { answeredBy, chooser } = answeringBesides(number, agent === null);
  if (answeredBy !== undefined) return "answers itself";
  return chooser === undefined ? undefined : "may choose";
}

/** Identifies a number: the workspace's connection and the vendor's id. */
export interface NumberKey {
  readonly connectionId: string;
  readonly numberId: string;
}

export function isSameKey(one: NumberKey, other: NumberKey): boolean {
  return one.connectionId === other.connectionId && one.numberId === other.numberId;
}

/** The same text for the same number, as a key of a map. */
export const keyText = ({ connectionId, numberId }: NumberKey): string =>
  JSON.stringify([connectionId, numberId]);

/** A number and the connection through which it was read. */
export interface ConnectedNumber {
  readonly key: NumberKey;
  readonly number: PhoneNumber;
}
