import type { Outcome } from "../domain/audit-log.ts";
import { compare, snapshot, type Snapshot } from "../domain/change.ts";
import type { PhoneNumber } from "../domain/phone-number.ts";
import { isProblem, Problem } from "../domain/problem.ts";
import type { PatchAnswer, VendorAccount } from "../domain/vendor.ts";
import { deadline } from "./context.ts";

/** How a sent change ended, and what shows it. */
export interface Proof {
  readonly outcome: Outcome;
  /** The number as last seen after the PATCH; undefined when it could not be read. */
  readonly after: PhoneNumber | undefined;
  /** Whether `after` comes from a read of its own rather than from the answer to the PATCH. */
  readonly readBack: boolean;
  /** Why it was refused or is unknown; for an applied change, what went wrong on the way all the same. */
  readonly problem: Problem | undefined;
  readonly vendorStatus: number | undefined;
}

/** Refusals after which nothing can have happened at the vendor, so that nobody needs to look. */
const neverApplied = new Set(["vendor_unavailable", "rate_limited", "credentials_rejected"]);

/**
 * Sends a PATCH, once, and finds out whether it took effect. A 200 is not proof, a refusal is not either: what counts
 * is the number afterwards, read again unless the answer itself shows all that was asked.
 */
export async function prove(
  account: VendorAccount,
  numberId: string,
  wanted: Snapshot,
  patch: () => Promise<PatchAnswer>,
): Promise<Proof> {
  let vendorStatus: number | undefined;
  let problem: Problem | undefined;
  try {
    const answer = await patch();
    vendorStatus = answer.status;
    // That nobody answers is never believed from the answer alone: a field that it leaves out reads the same.
    const shown = wanted["agent"] !== null && compare(wanted, snapshot(answer.number)) === "same";
    if (shown) {
      return { outcome: "applied", after: answer.number, readBack: false, problem: undefined, vendorStatus };
    }
  } catch (error) {
    problem = isProblem(error)
      ? error
      : new Problem("outcome_unknown", "Patchbay failed while it waited for the vendor's answer.", {}, error);
    vendorStatus = problem.details.vendorStatus;
    if (neverApplied.has(problem.code)) {
      return { outcome: "refused", after: undefined, readBack: false, problem, vendorStatus };
    }
  }
  return { ...(await lookAgain(account, numberId, wanted, problem)), vendorStatus };
}

async function lookAgain(
  account: VendorAccount,
  numberId: string,
  wanted: Snapshot,
  problem: Problem | undefined,
): Promise<Omit<Proof, "vendorStatus">> {
  let after: PhoneNumber;
  try {
    after = await account.getNumber(numberId, deadline("proof"));
  } catch (error) {
    if (isProblem(error, "not_found") && problem && problem.code !== "outcome_unknown") {
      return { outcome: "refused", after: undefined, readBack: true, problem: error };
    }
    const unread = new Problem(
      "outcome_unknown",
      unknownText(problem, "it could not be read afterwards"),
      {},
      error,
    );
    return { outcome: "unknown", after: undefined, readBack: false, problem: unread };
  }
  const found = compare(wanted, snapshot(after));
  if (found === "same") return { outcome: "applied", after, readBack: true, problem };
  if (problem?.code === "outcome_unknown") {
    const shown =
      found === "unsaid" ? "the vendor does not show what was changed" : "it does not show the change so far";
    const unknown = new Problem("outcome_unknown", unknownText(problem, shown), problem.details, problem);
    return { outcome: "unknown", after, readBack: true, problem: unknown };
  }
  if (problem) return { outcome: "refused", after, readBack: true, problem };
  if (found === "unsaid") {
    const unsaid = new Problem(
      "outcome_unknown",
      unknownText(problem, "the vendor does not show what was changed"),
    );
    return { outcome: "unknown", after, readBack: true, problem: unsaid };
  }
  const words =
    wanted["agent"] === null
      ? "The vendor accepted the detach, and the agent still answers. Reassign the number to an agent that is safe for callers."
      : "The vendor accepted the change and did not make it.";
  const ignored = new Problem("vendor_ignored", words);
  return { outcome: "refused", after, readBack: true, problem: ignored };
}

function unknownText(problem: Problem | undefined, seen: string): string {
  return `${problem?.message ?? "The vendor accepted the change."} The number was looked at again: ${seen}.`;
}
