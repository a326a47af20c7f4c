import { maxHoldingAgent } from "../../domain/access/workspace-settings.ts";
import { textFault } from "../../domain/text/visible-text.ts";
import { textInput } from "../forms/inputs.ts";
import type { SettingsSection } from "./section.ts";

const inputId = "holding_agent";

/** The agent that a detach form offers instead. */
export const holdingAgentSection: SettingsSection = {
  id: "holding",
  title: "Holding agent",
  blocks: ({ holdingAgent }) => [
    textInput({
      blockId: inputId,
      actionId: inputId,
      label: "Holding agent",
      optional: true,
      maxLength: maxHoldingAgent,
      value: holdingAgent,
      placeholder: "Holding message",
      hint: "The name of an agent that is safe for callers. Before a detach, Patchbay offers the connection's agent with this name instead.",
    }),
  ],
  read: (values) => {
    const name = values.get(inputId)?.value?.trim() ?? "";
    const fault = textFault(name, false);
    if (fault !== undefined) return { errors: { [inputId]: fault } };
    return { change: () => ({ holdingAgent: name === "" ? undefined : name }) };
  },
};
