import { needsId } from "../../domain/numbers/namesakes.ts";
import { cut, limits } from "../block-kit/blocks.ts";
import { elsewhereValue } from "./agent-elsewhere.ts";
import { typeahead } from "../forms/inputs.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";
import { agentText } from "../block-kit/agent-text.ts";

export const reassignForm: ChangeFormKind = {
  verb: "reassign",
  title: "Reassign a number",
  submit: "Reassign",
  owned: () => ["agent"],
  inputs: ({ connectionId, connection }, vendor, values) => [
    typeahead({
      // Another connection has other agents, so the old choice must not stay.
      blockId: `agent:${connectionId}`,
      actionId: "agent",
      label: "Agent",
      placeholder: cut(`An agent of ${connection} (${vendor.title})`, limits.buttonText),
      dispatch: true,
      chosen: values["agent"],
    }),
  ],
  after: ({ answers, seen, labels }, _vendor, values) => {
    const agent = values["agent"];
    if (!agent?.value || agent.value === elsewhereValue) return undefined;
    const names = { ...labels, [agent.value]: agent.label ?? agent.value };
    const now = seen["agent"] ?? undefined;
    const isShared = now !== undefined && needsId(agent.value, names);
    return `${isShared ? agentText(now, names) : answers} → ${agentText(agent.value, names)}`;
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
    if (agent.value === seen["agent"])
      return { errors: { [blockId]: "This agent already answers the number." } };
    return { change: { kind: "reassign", agentId: agent.value, agentName: agent.label } };
  },
};
