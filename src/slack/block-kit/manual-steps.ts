import { agentIdsIn } from "../../domain/numbers/answering-agents.ts";
import type { Snapshot } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import { code } from "./blocks.ts";
import { fieldTitle, shownKeys, valueText } from "./format.ts";
import { numberTitle } from "./number-title.ts";
import type { Labels } from "./agent-text.ts";

/**
 * How to do by hand what Patchbay cannot do, in mrkdwn: the number, a line for each field with its value, and where in
 * the vendor's dashboard. `wanted` has the fields to set; `labels` names agents.
 */
export function manualSteps(
  vendor: Pick<Vendor, "capabilities" | "dashboard">,
  number: Parameters<typeof numberTitle>[0],
  wanted: Snapshot,
  labels: Labels,
): string {
  const fields = shownKeys(Object.keys(wanted), wanted).map((key) => {
    const value = ownValue(wanted, key) ?? null;
    const text = valueText(key, value, vendor, labels);
    return `${fieldTitle(key, vendor)}: ${text}${idText(text, value, labels)}`;
  });
  return [
    `*By hand*, for ${numberTitle(number)}: ${vendor.dashboard}`,
    ...fields.map((field) => `Set ${field}`),
  ].join("\n");
}

/** The ids that a text lacks, because a dashboard may list two agents with one name. */
function idText(text: string, value: string | null, labels: Labels): string {
  const named = [...agentIdsIn([value])].filter((id) => ownValue(labels, id)).map((id) => code(id));
  const ids = named.filter((id) => !text.includes(id));
  return ids.length === 0 ? "" : ` (${ids.length === 1 ? "id" : "ids"} ${ids.join(", ")})`;
}
