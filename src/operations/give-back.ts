import { fieldKey, ownedFields, pick, snapshot, type Change, type Snapshot } from "../domain/change.ts";
import type { PhoneNumber } from "../domain/phone-number.ts";
import { isProblem, Problem } from "../domain/problem.ts";
import type { OpenConnection } from "./context.ts";

/**
 * The change that brings a number to a state that it had: the fields of one kind of change, each said by the vendor.
 * Throws unsupported for anything else.
 */
export function changeTo(state: Snapshot, labels: Readonly<Record<string, string>> = {}): Change {
  const entries = Object.entries(state);
  if (entries.length === 1 && state["agent"] !== undefined) {
    const { agent } = state;
    return agent === null
      ? { kind: "detach" }
      : { kind: "reassign", agentId: agent, agentName: labels[agent] };
  }
  if (entries.length === 1 && state["name"] !== undefined) return { kind: "rename", name: state["name"] };
  const prefix = fieldKey("");
  if (entries.length > 0 && entries.every(([key]) => key.startsWith(prefix))) {
    return {
      kind: "edit",
      fields: Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value])),
    };
  }
  throw new Problem("unsupported", "What the number was before is not known, so it cannot be put back.");
}

/**
 * Passes a change that could be given back: the vendor says what is there now, and has a way to write that again.
 * Throws unsupported for any other, so that nobody counts on an end that cannot come.
 */
export function checkGivesBack(open: OpenConnection, before: PhoneNumber, change: Change): void {
  const owned = ownedFields(change);
  const state = pick(snapshot(before), owned);
  try {
    if (Object.keys(state).length < owned.length) {
      throw new Problem("unsupported", `${open.vendor.title} does not say what the number has now.`);
    }
    open.account.plan(before, changeTo(state));
  } catch (error) {
    if (!isProblem(error)) throw error;
    const words = `This change cannot end by itself, because it could not be put back. ${error.message}`;
    throw new Problem("unsupported", words, { field: "ends" }, error);
  }
}
