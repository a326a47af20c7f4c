import { isProblem } from "../../domain/problem.ts";
import { matchAgent } from "../../operations/numbers/list-agents.ts";
import { bold, cut, escape } from "../block-kit/blocks.ts";
import type { NumberView } from "../../operations/numbers/get-number.ts";
import type { RequestContext } from "../context/request-context.ts";
import { agentLabel } from "../block-kit/format.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import type { FormValues } from "../forms/inputs.ts";

/** The agent that a line names, as the form's input holds it; or, where it is not one, why not. */
export async function draftAgent(
  req: RequestContext,
  { key: { connectionId }, labels }: NumberView,
  text: string,
): Promise<{ agent?: FormValues[string]; notice?: string }> {
  let match;
  try {
    match = await matchAgent(req.ctx, connectionId, text);
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { notice: problemText(toProblem(error)) };
  }
  if (match.kind === "one") {
    const { agent } = match;
    if (agent.unbindable)
      return { notice: `${bold(agent.name)} cannot answer a number: ${escape(agent.unbindable)}.` };
    return { agent: { value: agent.id, label: agentLabel(agent.id, agent.name, labels) } };
  }
  const typed = `“${escape(cut(text, 100))}”`;
  if (match.kind === "several")
    return { notice: `More than one agent is called ${typed}. Choose one below.` };
  const near = match.nearest.map(({ name }) => bold(name)).join(", ");
  return { notice: `No agent is called ${typed}. ${near ? `The nearest: ${near}. ` : ""}Choose one below.` };
}
