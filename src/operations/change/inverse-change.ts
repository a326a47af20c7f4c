import { affectedFields, pick, snapshot, type Change, type Snapshot } from "../../domain/change.ts";
import { changeToReach } from "../../domain/net-effect.ts";
import type { PhoneNumber } from "../../domain/phone-number.ts";
import { isProblem, Problem } from "../../domain/problem.ts";
import type { OpenConnection } from "../shared/context.ts";

/**
 * The change that brings a number to a state that it had: the fields of one kind of change, each said by the vendor.
 * Throws unsupported for anything else.
 */
export function inverseChange(state: Snapshot, labels: Readonly<Record<string, string>> = {}): Change {
  const change = changeToReach(state, labels);
  if (change) return change;
  throw new Problem(
    "unsupported",
    "Patchbay does not know what the number was before, so it cannot restore it.",
  );
}

/**
 * Passes a change that could be given back: the vendor says what is there now, and has a way to write that again.
 * Throws unsupported for any other, so that nobody counts on an end that cannot come.
 */
export function checkIsInverse(open: OpenConnection, before: PhoneNumber, change: Change): void {
  const owned = affectedFields(change);
  const state = pick(snapshot(before), owned);
  try {
    if (Object.keys(state).length < owned.length) {
      throw new Problem("unsupported", `${open.vendor.title} does not say what the number has now.`);
    }
    open.account.buildPatch(before, inverseChange(state));
  } catch (error) {
    if (!isProblem(error)) throw error;
    const words = `This change cannot end by itself, because it could not be put back. ${error.message}`;
    throw new Problem("unsupported", words, { field: "ends" }, error);
  }
}
