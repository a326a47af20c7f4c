import { needsId } from "../../domain/numbers/namesakes.ts";
import { agentsIn, inVersionOf, isOneOfSeveral } from "../../domain/numbers/answering-agents.ts";
import type { FormNumber } from "./change-form-state.ts";
import { cut, escape, limits, section } from "../block-kit/blocks.ts";
import { elsewhereValue } from "./agent-elsewhere.ts";
import { typeahead } from "../forms/inputs.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";
import { agentText } from "../block-kit/agent-text.ts";

export const reassignForm: ChangeFormKind = {
  verb: "reassign",
  title: "Reassign a number",
  submit: "Reassign",
  owned: () => ["agent"],
  inputs: (number, vendor, values) => [
    typeahead({
      // Another connection has other agents, so the old choice must not stay.
      blockId: `agent:${number.connectionId}`,
      actionId: "agent",
      label: "Agent",
      placeholder: cut(`An agent of ${number.connection} (${vendor.title})`, limits.buttonText),
      dispatch: true,
      chosen: values["agent"],
    }),
    ...warnings(number).map((words) => section(`:warning: ${words}`)),
  ],
  after: ({ answers, seen, labels }, vendor, values) => {
    const agent = values["agent"];
    if (!agent?.value || agent.value === elsewhereValue) return undefined;
    const names = { ...labels, [agent.value]: agent.label ?? agent.value };
    const now = seen["agent"] ?? undefined;
    const isShared = now !== undefined && needsId(agent.value, names);
    const from = isShared ? agentText(now, names, vendor) : answers;
    return `${from} → ${agentText(inVersionOf(agent.value, now), names, vendor)}`;
  },
  read: ({ connectionId, connection, seen }, _vendor, values) => {
    const agent = values["agent"];
    const blockId = `agent:${connectionId}`;
    if (!agent?.value) return { errors: { [blockId]: "Choose an agent." } };
    if (agent.value === elsewhereValue)
      return {
        errors: {
          [blockId]: `Choose an agent of ${connection}: an agent of another connection cannot answer this number.`,
        },
      };
    const agentId = inVersionOf(agent.value, seen["agent"]);
    if (agentId === seen["agent"]) return { errors: { [blockId]: "This agent already answers the number." } };
    return { change: { kind: "reassign", agentId, agentName: agent.label } };
  },
};

/** What becomes of several agents. */
function severalWarning(agents: string): string[] {
  const count = agentsIn(agents).length;
  if (count < 2) return [];
  const all = `*This replaces ${count === 2 ? "both" : `all ${count}`} agents*`;
  return isOneOfSeveral(agents)
    ? [`${all}, of which one answers: the vendor does not say which. An undo restores them.`]
    : [`${all} that share the calls. An undo restores them with their shares.`];
}

/** What a reassignment does besides, or may not achieve, in mrkdwn. */
function warnings({ seen, answeredBy, chooser }: FormNumber): string[] {
  return [
    ...severalWarning(seen["agent"] ?? ""),
    ...(answeredBy !== undefined && seen["agent"] !== undefined
      ? [`*Calls reach ${escape(answeredBy)}*, whichever agent is assigned here.`]
      : []),
    ...(chooser === undefined
      ? []
      : [`*Afterwards, ${escape(chooser)}* can still choose another agent for a call.`]),
  ];
}
