import type { AccountSeed } from "./types.ts";

/** Typical values of a vendor, for the demo, the tests and the benches. */
export interface VendorSample {
  /** A small realistic account. */
  readonly account: AccountSeed;
  /** What larger accounts are generated from. */
  readonly business: Business;
  /** What the walkthrough does at this vendor: one change of each kind. */
  readonly walk: readonly WalkStep[];
  /** An id in the vendor's form. `part` returns so many of its characters; `e164` is the number that it is for. */
  id(kind: "agent" | "number", part: (length: number, of?: "hex") => string, e164?: string): string;
  /** The path of the list of numbers. */
  readonly listPath: string;
  /** The query parameter for the length of its pages; `limit` unless given. */
  readonly pageSize?: string;
  /** The query of its second page, after a first one. */
  secondPage(first: { readonly limit: number; readonly cursor: string; readonly lastId: string }): string;
}

/** The business of an account: its lines and the agents that answer them. */
export interface Business {
  readonly lines: readonly string[];
  readonly places: readonly (readonly [place: string, areaCode: string])[];
  readonly agents: readonly string[];
}

/** One step of the walkthrough: the typed line, the form's text when it is ready, and what is typed into the form. */
export interface WalkStep {
  readonly line: string;
  readonly ready: string;
  readonly fill?: readonly [label: string, value: string];
  /** The text at the end. */
  readonly done: string;
  /** Whether a PATCH is expected. */
  readonly sends: boolean;
}

/** A step that sends a PATCH. */
export function step(line: string, ready: string, done: string, fill?: WalkStep["fill"]): WalkStep {
  return { line, ready, done, sends: true, ...(fill ? { fill } : {}) };
}
