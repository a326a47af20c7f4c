import { plural } from "../../domain/text/plural.ts";
import type { Out } from "../cli-context.ts";
import { fromToText } from "../numbers/change-text.ts";
import { numberTitle } from "../numbers/number-title.ts";
import { sanitize } from "../sanitize.ts";
import type { RouteChangeDocument } from "../../operations/documents/route-change-document.ts";

/** A difference in one line: the number, what it is now, and what the file wants. */
export function changeLine({ number, now, wanted, obstacle, ...wording }: RouteChangeDocument): string {
  const nobody = wanted["agent"] === null ? " (callers may reach nobody)" : "";
  const but = obstacle === undefined ? "" : ` · ${obstacle}`;
  return sanitize(`${numberTitle(number)}  ${fromToText(now, wanted, wording)}${nobody}${but}`);
}

/** The differences, a line for each, and how many there are on standard error. */
export function printDifferences(
  out: Out,
  { numbers, changes }: { readonly numbers: number; readonly changes: readonly RouteChangeDocument[] },
): void {
  for (const change of changes) out.out(`${changeLine(change)}\n`);
  const of = `the ${numbers === 1 ? "number" : `${numbers} numbers`} of the file`;
  const words =
    changes.length === 0
      ? `No change: ${numbers === 1 ? "" : "all of "}${of} ${numbers === 1 ? "is" : "are"} as wanted.`
      : `${plural(changes.length, "change")} to ${of}. Nothing was changed.`;
  out.err(`${words}\n`);
}
