import { ownValue } from "../../domain/shared/own-value.ts";
import { isAgentKey, type Snapshot } from "../../domain/numbers/change.ts";
import {
  namesOf,
  type ChangeDocument,
  type WordingDocument,
} from "../../operations/documents/number-document.ts";
import { numberTitle } from "./number-title.ts";

/** From → to, for each field that a change writes: `agent: Day Bot → Night Bot`. */
export function fromToText(before: Snapshot, after: Snapshot, wording: WordingDocument): string {
  return Object.keys(after)
    .map(
      (key) =>
        `${key.replace(/^field\./u, "")}: ${valueText(before, key, wording)} → ${valueText(after, key, wording)}`,
    )
    .join(", ");
}

function valueText(state: Snapshot, key: string, wording: WordingDocument): string {
  const value = ownValue(state, key);
  if (value === undefined) return "not said";
  if (value === null) return key === "agent" ? "nobody" : "none";
  return isAgentKey(key) || ownValue(wording.labels, value) !== undefined ? namesOf(value, wording) : value;
}

/** A change in lines: the news first, then why, and what went wrong. */
export function changeLines(change: ChangeDocument): string[] {
  const { at, by, outcome, number, reason, problem, changeId = "", until, undoes } = change;
  const how = change.breakGlass ? ", by break-glass" : approvedText(change);
  const where = number ? ` ${numberTitle(number)}` : "";
  return [
    `${at}  ${outcome}  ${change.change ?? "change"}${where}`,
    fromToText(change.before, change.after, change),
    `by ${by}${how}${reason === undefined ? "" : `: ${reason}`}`,
    ...(problem && outcome !== "applied" ? [problem.message] : []),
    ...(until === undefined ? [] : [`temporary, until ${until}`]),
    ...(undoes === undefined ? [] : [`undoes ${undoes}`]),
    changeId,
  ].filter((line) => line !== "");
}

function approvedText({ approvedBy, alsoApprovedBy }: ChangeDocument): string {
  const also = alsoApprovedBy === undefined ? "" : ` and ${alsoApprovedBy}`;
  return approvedBy === undefined ? "" : `, approved by ${approvedBy}${also}`;
}
