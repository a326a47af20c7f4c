import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import type { Connection } from "../../domain/connections/connections.ts";
import { afterFirst, type AfterFirst } from "../../domain/failover/plan.ts";
import type { PlanInput } from "../../operations/failover/plan-input.ts";
import { longestRunbookUrl } from "../../domain/text/runbook-url.ts";
import { limits, plainText, section } from "../block-kit/blocks.ts";
import { option, textInput } from "../forms/inputs.ts";
import { conversation, formState } from "../forms/private-metadata.ts";
import { peopleInput } from "../settings/inputs.ts";

export const planTitle = "Failover plan";
const planForm = z.object({
  from: conversation,
  /** The plan that is edited, and the revision that the person sees; 0 for a new one. */
  slug: z.string().optional(),
  revision: z.number().int(),
});
export type PlanForm = z.infer<typeof planForm>;
export const planState = formState(planForm);

/** The form of a plan, with what was typed. */
export function planView(
  form: PlanForm,
  typed: PlanInput | undefined,
  connections: readonly Connection[],
  notice: readonly KnownBlock[] = [],
): ModalView {
  const isNew = form.slug === undefined;
  return {
    type: "modal",
    callback_id: "plan",
    private_metadata: planState.encode(form),
    title: plainText(planTitle),
    submit: plainText("Save"),
    close: plainText("Cancel"),
    blocks: [
      ...notice,
      ...(isNew
        ? [
            textInput({
              blockId: "slug",
              actionId: "slug",
              label: "Name in commands",
              maxLength: 40,
              value: typed?.slug,
              placeholder: "cartesia-down",
            }),
          ]
        : []),
      textInput({ blockId: "title", actionId: "title", label: "Title", maxLength: 80, value: typed?.title }),
      textInput({
        blockId: "when",
        actionId: "when",
        label: "When to use it",
        maxLength: 300,
        value: typed?.when,
        optional: true,
      }),
      textInput({
        blockId: "runbook",
        actionId: "runbook",
        label: "Runbook",
        maxLength: longestRunbookUrl,
        value: typed?.runbook,
        optional: true,
        placeholder: "https://wiki.example.com/runbooks/failover",
        hint: "An https address. The plan and its preview link to it.",
      }),
      peopleInput("owner", "Owner", typed?.owner?.startsWith("S") === false ? [typed.owner] : []),
      textInput({
        blockId: "default_for",
        actionId: "default_for",
        label: "Stay switched for",
        maxLength: 20,
        value: typed?.defaultFor ?? "2h",
        hint: "How long the numbers stay switched, from 15m to 72h. Then Patchbay reminds the person who began it.",
      }),
      ...memberInputs(isNew, typed, connections),
    ],
  };
}

function memberInputs(
  isNew: boolean,
  typed: PlanInput | undefined,
  connections: readonly Connection[],
): KnownBlock[] {
  const options = connections.flatMap(({ id, name }) => option(name, id) ?? []);
  const chosen = options.find(({ value }) => value === typed?.add?.connectionId);
  return [
    section(
      isNew
        ? "*Numbers.* The list is filled with the numbers that an agent answers now. Later ones are not taken in."
        : "*Add numbers* that an agent answers now, or remove some. Leave all of it empty to keep the list.",
    ),
    {
      type: "input",
      block_id: "connection",
      label: plainText("Connection"),
      optional: !isNew,
      element: {
        type: "static_select",
        action_id: "connection",
        placeholder: plainText("Choose a connection"),
        options,
        ...(chosen ? { initial_option: chosen } : {}),
      },
    },
    textInput({
      blockId: "answered_by",
      actionId: "answered_by",
      label: "Answered by",
      maxLength: 200,
      value: typed?.add?.answeredBy,
      optional: !isNew,
      hint: "The agent that answers them now: its name or id.",
    }),
    textInput({
      blockId: "to",
      actionId: "to",
      label: "Switch to",
      maxLength: 200,
      value: typed?.add?.to,
      optional: !isNew,
      hint: "The agent that is to answer them: its name or id.",
    }),
    isNew
      ? textInput({
          blockId: "first",
          actionId: "first",
          label: "How many go first",
          maxLength: 4,
          value: typed?.first ?? "1",
        })
      : textInput({
          blockId: "remove",
          actionId: "remove",
          label: "Remove numbers",
          maxLength: 3_000,
          value: typed?.remove,
          multiline: true,
          optional: true,
          hint: "One in each line: a number's name or digits.",
        }),
    afterFirstInput(typed?.afterFirst ?? "ask"),
  ];
}

const gates: Readonly<Record<AfterFirst, string>> = {
  ask: "Ask before it goes on",
  first_call: "Wait for a first call, then go on",
  first_call_ask: "Wait for a first call, then ask",
  go_on: "Go on at once",
};

function afterFirstInput(chosen: AfterFirst): KnownBlock {
  const choices = afterFirst.map((each) => ({ text: plainText(gates[each]), value: each }));
  return {
    type: "input",
    block_id: "after_first",
    label: plainText("After the first ones"),
    hint: plainText(
      "A first call: the vendor's log shows that the new agent answered one. Without one in 15 minutes, the run asks.",
      limits.label,
    ),
    element: {
      type: "static_select",
      action_id: "after_first",
      options: choices,
      initial_option: { text: plainText(gates[chosen]), value: chosen },
    },
  };
}
