import type { Snapshot } from "../../domain/change.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { Vendor } from "../../domain/vendor.ts";
import { code } from "./blocks.ts";
import { fieldTitle, numberTitle, shownKeys, valueText, type Labels } from "./format.ts";

/**
 * How to set by hand what Patchbay cannot: the number, each field with the value that it is to have, and where in the
 * vendor's dashboard. In mrkdwn, a line for each field. `wanted` holds the fields that are to be set; `labels` names agents.
 */
export function manualSteps(
  vendor: Pick<Vendor, "capabilities" | "dashboard">,
  number: { readonly name?: string | null | undefined; readonly e164?: string | undefined },
  wanted: Snapshot,
  labels: Labels,
): string {
  const fields = shownKeys(Object.keys(wanted), wanted).map((key) => {
    const value = ownValue(wanted, key) ?? null;
    return `${fieldTitle(key, vendor)}: ${valueText(key, value, vendor, labels)}${idText(value, labels)}`;
  });
  return [
    `*By hand*, for ${numberTitle(number)}: ${vendor.dashboard}`,
    ...fields.map((field) => `Set ${field}`),
  ].join("\n");
}

/** The id beside a name, because a dashboard may have two agents of that name. */
function idText(value: string | null, labels: Labels): string {
  return value !== null && ownValue(labels, value) ? ` (id ${code(value)})` : "";
}
