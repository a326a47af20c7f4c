import { agentKey, chosenAgentName, snapshot, type Snapshot } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import type { ChangeResult } from "../../operations/change/change-number.ts";
import { fromToText } from "../block-kit/format.ts";
import { numberName } from "../block-kit/number-title.ts";
import { agentText, answersClause, answersText, type Labels } from "../block-kit/agent-text.ts";

/** The effect of a change: a headline, and a line for each other field. */
export function newsOf(
  result: ChangeResult,
  to: Snapshot,
  vendor: Vendor,
): { readonly heading: string; readonly lines: readonly string[] } {
  const { change, before } = result;
  const labels = resultLabels(result);
  const from = snapshot(before);
  const name = numberName(before);
  const [first = "", ...rest] = fromToText(from, to, vendor, labels).split("\n");
  switch (change.kind) {
    case "reassign":
    case "detach": {
      const [was, is] = [ownValue(from, agentKey), ownValue(to, agentKey)];
      const now =
        is === null && result.after ? answersText(result.after, {}, vendor) : agentText(is, labels, vendor);
      const news = `${name} → ${now} (was ${agentText(was, labels, vendor)})`;
      return { heading: `:white_check_mark: ${news}`, lines: rest };
    }
    case "rename":
      if (to["name"] === null)
        return { heading: `:white_check_mark: ${name} no longer has a name`, lines: [] };
      return {
        heading: `:white_check_mark: ${name} is now ${first.slice(first.indexOf(" → ") + 3)}`,
        lines: [],
      };
    case "edit":
      return { heading: `:white_check_mark: ${name} · ${first}`, lines: rest };
  }
}

/** Whom callers reach after a detach, in mrkdwn. */
export function detachedText({ after }: Pick<ChangeResult, "after">, vendor: Vendor): string {
  if (after?.answeredBy === undefined && after?.chooser === undefined)
    return ":warning: *Nobody answers*: callers reach no agent.";
  const clause = answersClause(after, {}, vendor);
  return `:warning: ${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

export function resultLabels({ change, labels }: ChangeResult): Labels {
  return { ...chosenAgentName(change), ...labels };
}
