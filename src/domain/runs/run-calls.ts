import { firstCallsMs, isProof, type FirstCallProof } from "../changes/first-call.ts";
import { agentKey, wantedState } from "../numbers/change.ts";
import { ownValue } from "../shared/own-value.ts";
import type { ResultStep } from "./run-step.ts";

/** Why the first calls at a connection cannot be seen: its vendor lists no calls, its key may not, or it is gone. */
export type Unseen = "no_log" | "denied" | "gone";

/** What is on record about the first calls to one number, with names for the agents. */
export interface StepProof {
  readonly proof: FirstCallProof;
  readonly labels: Readonly<Record<string, string>>;
}

/** What is known about the first calls to the numbers that a run has changed. */
export interface RunCalls {
  /** Whether the workspace does not look for first calls. */
  readonly isOff: boolean;
  /** The time at which that is known. */
  readonly now: Date;
  /** The connections whose calls cannot be seen, by id. */
  readonly unseen: ReadonlyMap<string, Unseen>;
  /** By the id of the change. */
  readonly proofs: ReadonlyMap<string, StepProof>;
}

/**
 * What the first calls to a number show. `wrong`: a former agent answered, and the new one not since. `failing`: too many
 * of the first calls failed. `open`: the only calls still run, or failed. `waiting`: none yet. `none`: no call was seen in time.
 */
export const callStates = ["wrong", "failing", "answered", "open", "waiting", "none", "unseen"] as const;
export type CallState = (typeof callStates)[number];

/** What the first calls to the number of a step show; undefined if it got no agent, so that no call proves anything. */
export function callStateOf(step: ResultStep, { proofs, unseen, now }: RunCalls): CallState | undefined {
  if (!isCallable(step)) return undefined;
  const { proof = {} } = proofs.get(step.changeId) ?? {};
  const { seen, contradicted, failing } = proof;
  if (contradicted && !(isProof(proof) && seen && seen.startedAt > contradicted.startedAt)) return "wrong";
  if (failing) return "failing";
  if (isProof(proof)) return "answered";
  if (seen) return "open";
  if (unseen.has(step.key.connectionId)) return "unseen";
  return now < lookedForUntil(step) ? "waiting" : "none";
}

/** Until when the first calls to the number of a step are looked for. */
export function lookedForUntil({ result }: ResultStep): Date {
  return new Date((Date.parse(result?.at ?? "") || 0) + firstCallsMs);
}

/** Whether a step has given its number an agent that it is still to have, and whose first call proves that. */
export function isCallable({ change, result, isReleased }: ResultStep): boolean {
  const isApplied = result?.outcome === "applied" && !isReleased;
  return isApplied && change !== undefined && typeof ownValue(wantedState(change), agentKey) === "string";
}
