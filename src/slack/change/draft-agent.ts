import { bold, cut, escape } from "../block-kit/blocks.ts";
import { elsewhereText } from "./agent-elsewhere.ts";
import type { NumberToChange } from "../../operations/change/load-number-to-change.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import type { FormValues } from "../forms/inputs.ts";
import { agentLabel } from "../block-kit/agent-text.ts";

/** The agent named in a line, as a value for the form's input; or why there is no single match. */
export function draftAgent(
  { agent: match, agentElsewhere, view: { labels, connection } }: NumberToChange,
  text: string | undefined,
): { agent?: FormValues[string]; notice?: string } {
  if (!match || text === undefined) return {};
  if (match.kind === "unknown") return { notice: problemText(toProblem(match.problem)) };
  if (match.kind === "one") {
    const { agent } = match;
    if (agent.unbindable)
      return { notice: `${bold(agent.name)} cannot answer a number: ${escape(agent.unbindable)}.` };
    return { agent: { value: agent.id, label: agentLabel(agent.id, agent.name, labels) } };
  }
  const typed = `“${escape(cut(text, 100))}”`;
  if (match.kind === "several")
    return { notice: `More than one agent is called ${typed}. Choose one below.` };
  if (agentElsewhere)
    return { notice: `${escape(elsewhereText(agentElsewhere, connection.name))} Choose one below.` };
  const near = match.nearest.map(({ name }) => bold(name)).join(", ");
  return { notice: `No agent is called ${typed}. ${near ? `The nearest: ${near}. ` : ""}Choose one below.` };
}
