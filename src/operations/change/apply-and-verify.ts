import type { Outcome } from "../../domain/audit/audit-log.ts";
import {
  agentKey,
  compareAfter,
  isNeverReported,
  ownAgentKey,
  snapshot,
  type Comparison,
  type Snapshot,
} from "../../domain/numbers/change.ts";
import { isPartlyApplied } from "../../domain/changes/change-record.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { PatchAnswer, VendorAccount } from "../../domain/vendor/vendor-account.ts";
import { deadline } from "../shared/context.ts";

/** The outcome of a sent change, and the evidence. */
export interface VerifiedOutcome {
  readonly outcome: Outcome;
  /** The number as last read after the PATCH; undefined if it could not be read. */
  readonly after: PhoneNumber | undefined;
  /** Whether `after` was read separately instead of taken from the response to the PATCH. */
  readonly readBack: boolean;
  /** Why it was refused or is unknown; for an applied change, what went wrong anyway. */
  readonly problem: Problem | undefined;
  readonly vendorStatus: number | undefined;
  /** The vendor's clock when it answered the PATCH. */
  readonly answeredAt?: Date | undefined;
  /** Whether reading again is useless because the vendor never shows the change. */
  readonly isUnprovable: boolean;
}

/** A PATCH to send, and its intended effect. */
export interface Update {
  readonly numberId: string;
  readonly vendorTitle: string;
  readonly before: Snapshot;
  readonly wanted: Snapshot;
  /** Names for agent ids. */
  readonly labels: Readonly<Record<string, string>>;
  send(): Promise<PatchAnswer>;
}

/**
 * Refusals that prove that nothing happened at the vendor, so that no read is needed. A request that may have arrived
 * fails with outcome_unknown instead.
 */
const neverApplied: ReadonlySet<string> = new Set([
  "vendor_unavailable",
  "rate_limited",
  "credentials_rejected",
]);

/** When to read the number after an accepted update until it shows the change, in milliseconds. */
const readDelaysMs = [0, 1000, 3000];

/**
 * Sends a PATCH once and verifies its effect. A 200 is no proof, and neither is a refusal: what counts is the
 * number afterwards, read again unless the response shows every requested field. A vendor may show a change late,
 * so an accepted update counts as refused only after a later read (`reconcileOutcome`).
 */
export async function applyAndVerify(
  account: VendorAccount,
  update: Update,
  pause: (ms: number) => Promise<void>,
): Promise<VerifiedOutcome> {
  const { wanted, before } = update;
  let vendorStatus: number | undefined;
  let answeredAt: Date | undefined;
  let problem: Problem | undefined;
  try {
    const { status, number, at } = await update.send();
    vendorStatus = status;
    answeredAt = at;
    // A response without an agent is never trusted alone: an omitted field looks the same.
    const isShown =
      number && wanted["agent"] !== null && compareAfter(wanted, before, snapshot(number)) === "same";
    if (isShown) return { ...ended("applied", number), vendorStatus, answeredAt };
  } catch (error) {
    problem = isProblem(error)
      ? error
      : new Problem("outcome_unknown", "Patchbay failed while it waited for the vendor's answer.", {}, error);
    vendorStatus = problem.details.vendorStatus;
    if (neverApplied.has(problem.code)) return { ...ended("refused", undefined, problem), vendorStatus };
  }
  const wasAccepted = vendorStatus !== undefined && vendorStatus >= 200 && vendorStatus < 300;
  const seen = await readBack(account, update, { looks: wasAccepted ? readDelaysMs : [0], pause });
  return { ...outcomeFrom(update, problem, seen), vendorStatus, answeredAt };
}

type Ended = Omit<VerifiedOutcome, "vendorStatus" | "answeredAt">;

function ended(outcome: Outcome, after?: PhoneNumber, problem?: Problem): Ended {
  return { outcome, after, readBack: false, problem, isUnprovable: false };
}

/** The last read of the number, or why it failed. */
type Seen = { readonly after: PhoneNumber; readonly found: Comparison } | { readonly error: unknown };

/** Reads the number until it shows the change, or all attempts are used. */
async function readBack(
  account: VendorAccount,
  { numberId, before, wanted }: Update,
  { looks, pause }: { readonly looks: readonly number[]; readonly pause: (ms: number) => Promise<void> },
): Promise<Seen> {
  // One time limit for all reads: a person waits.
  const limit = deadline("proof");
  let seen: Seen = { error: undefined };
  let passedMs = 0;
  for (const lookMs of looks) {
    if (lookMs > passedMs) await pause(lookMs - passedMs);
    passedMs = lookMs;
    try {
      const after = await account.getNumber(numberId, limit);
      const found = compareAfter(wanted, before, snapshot(after));
      seen = { after, found };
      if (found === "same") return seen;
    } catch (error) {
      seen = { error };
    }
  }
  return seen;
}

function outcomeFrom(update: Update, problem: Problem | undefined, seen: Seen): Ended {
  if ("error" in seen) {
    const { error } = seen;
    if (isProblem(error, "not_found") && problem && problem.code !== "outcome_unknown") {
      return { ...ended("refused", undefined, error), readBack: true };
    }
    const words = unknownText(problem, "it could not be read afterwards");
    return ended("unknown", undefined, new Problem("outcome_unknown", words, {}, error));
  }
  const { after, found } = seen;
  if (found === "same") return { ...ended("applied", after, problem), readBack: true };
  if (problem && problem.code !== "outcome_unknown") {
    return { ...ended("refused", after, problem), readBack: true };
  }
  const half = partlyAppliedProblem(update.vendorTitle, update, snapshot(after));
  if (half) return { ...ended("refused", after, half), readBack: true };
  const words = unknownWords(update, problem, seen);
  const unknown = new Problem("outcome_unknown", words, problem?.details, problem);
  const isUnprovable =
    found === "not_reported" && isNeverReported(update.wanted, [update.before, snapshot(after)]);
  return { ...ended("unknown", after, unknown), readBack: true, isUnprovable };
}

function unknownWords(
  { wanted, before }: Update,
  problem: Problem | undefined,
  { after, found }: { readonly after: PhoneNumber; readonly found: Comparison },
): string {
  if (found === "not_reported") {
    const isNever = isNeverReported(wanted, [before, snapshot(after)]);
    return unknownText(problem, isNever ? neverShown : "the vendor does not show what was changed");
  }
  if (problem) return unknownText(problem, "it does not show the change so far");
  const taken =
    wanted["agent"] === null
      ? "The vendor accepted the detach, and the agent still answers so far."
      : "The vendor accepted the change and does not show it yet.";
  const advice = wanted["agent"] === null ? ` ${holdingAdvice}` : "";
  return `${taken} Patchbay keeps looking and tells you here.${advice}`;
}

/** The Problem of a vendor that made half of a change, and not the requested half; undefined otherwise. */
export function partlyAppliedProblem(
  vendorTitle: string,
  { before, wanted, labels }: Pick<Update, "before" | "wanted" | "labels">,
  after: Snapshot,
): Problem | undefined {
  if (!isPartlyApplied(before, wanted, after)) return undefined;
  const { [agentKey]: answers, [ownAgentKey]: own } = after;
  const name = answers ? (ownValue(labels, answers) ?? `agent ${answers}`) : "nobody";
  const isCleared = own === null && ownValue(before, ownAgentKey) !== null;
  const advice = wanted[agentKey] === null ? holdingAdvice : "";
  const words =
    wanted[agentKey] === undefined
      ? `${vendorTitle} did not make the edit, but changed something else.`
      : `${vendorTitle} ${isCleared ? "cleared" : "changed"} the number's own agent, but ${name} still answers: the agent still answers calls as before.`;
  const undo = "An undo of this change restores what has moved.";
  return new Problem("vendor_ignored", [words, undo, advice].filter(Boolean).join(" "));
}

/** What to do about a detach that the vendor does not make. */
export const holdingAdvice = "Reassign the number to an agent that is safe for callers (a holding agent).";

/** Why the vendor's API can never show the outcome, as part of a sentence. */
export const neverShown =
  "the vendor does not show this field of this number, so its API will never tell. Look at it in the vendor's dashboard";

function unknownText(problem: Problem | undefined, seen: string): string {
  return `${problem?.message ?? "The vendor accepted the change."} The number was looked at again: ${seen}.`;
}
