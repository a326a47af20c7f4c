import { needsId } from "../../domain/numbers/namesakes.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { code } from "./blocks.ts";

/** Names for agent ids. */
type Labels = Readonly<Record<string, string>>;

/**
 * The ids of agents that a text names, in mrkdwn, to append to the text: ` · ids `agt_1` → `agt_2``. Leaves out agents
 * whose ids the text contains already, because they have no name or share it. Empty if none is left.
 */
export function idsBehind(agentIds: readonly (string | null | undefined)[], labels: Labels): string {
  const hidden = agentIds.filter(
    (id): id is string => typeof id === "string" && Boolean(ownValue(labels, id)) && !needsId(id, labels),
  );
  const ids = [...new Set(hidden)].map((id) => code(id));
  return ids.length === 0 ? "" : ` · ${ids.length === 1 ? "id" : "ids"} ${ids.join(" → ")}`;
}
