import { affectedFields, pick, snapshot, type Change, type Snapshot } from "../../domain/numbers/change.ts";
import { changeToReach } from "../../domain/changes/net-effect.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { OpenConnection } from "../shared/context.ts";

/**
 * The change that restores an earlier state: the fields of one kind of change, all shown by the vendor. Throws
 * unsupported for anything else.
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
 * Requires that a change can be reverted: the vendor shows the current values and can write them again. Throws
 * unsupported otherwise, so that nobody relies on an expiry that cannot happen.
 */
export function checkIsInverse(open: OpenConnection, before: PhoneNumber, change: Change): void {
  const owned = affectedFields(change);
  const state = pick(snapshot(before), owned);
  try {
    if (Object.keys(state).length < owned.length) {
      throw new Problem("unsupported", `${open.vendor.title} does not say what the number has now.`);
    }
    // As far as the change decides: an adapter may take off only the agent that the number will have.
    const after = change.kind === "reassign" ? { ...before, agent: { id: change.agentId } } : before;
    open.account.buildPatch(after, inverseChange(state));
  } catch (error) {
    if (!isProblem(error)) throw error;
    const words = `This change cannot revert automatically, because the number could not be restored. ${error.message}`;
    throw new Problem("unsupported", words, { field: "ends" }, error);
  }
}
