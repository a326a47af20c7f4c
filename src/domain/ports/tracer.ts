import type { Outcome } from "../audit/audit-log.ts";
import type { ChangeKind } from "../numbers/change.ts";
import type { ProblemCode } from "../problem/problem.ts";
import type { VendorId } from "../vendor/vendor.ts";

/**
 * What a span may say: ids and codes of ours. Never a number, a name, a reason, a text or a secret, because traces go to a
 * system that more people read than the audit log.
 */
export interface SpanFacts {
  readonly workspace?: string | undefined;
  readonly vendor?: VendorId | undefined;
  /** The id of the connection. */
  readonly connection?: string | undefined;
  readonly change?: ChangeKind | undefined;
  readonly changeId?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly problem?: ProblemCode | "bug" | undefined;
  readonly status?: number | undefined;
}

/** A piece of work that has just ended. */
export interface Span {
  /** By our own name for it, never as somebody typed it. */
  readonly name: string;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** Whether it is the whole work of its request, so that the others are its parts. */
  readonly isRoot?: boolean;
  readonly facts?: SpanFacts | undefined;
  /** The request whose work it continues later: a change to be settled, a run. */
  readonly follows?: { readonly requestId: string; readonly changeId?: string | undefined } | undefined;
}

/** Traces of requests, for the people who run Patchbay. All spans of one request id are one trace. */
export interface Tracer {
  /** Never throws, and waits for nothing. */
  ended(requestId: string, span: Span): void;
}

/** The tracer unless the settings name a receiver. */
export const noTracer: Tracer = { ended: () => undefined };
