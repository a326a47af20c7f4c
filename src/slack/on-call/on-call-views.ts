import type { InputBlock, KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import {
  onCallTools,
  toolTitles,
  type OnCallSchedule,
  type OnCallTool,
} from "../../domain/access/on-call.ts";
import type { PeopleToMap } from "../../operations/workspace/manage-on-call.ts";
import { bold, code, context, cut, plainText, section } from "../block-kit/blocks.ts";
import { option, textInput } from "../forms/inputs.ts";
import { conversation, formState } from "../forms/private-metadata.ts";

export const title = "On-call schedule";
export const onCallState = formState(
  z.object({
    from: conversation,
    schedule: z.string().optional(),
    /** The people that the form shows: their ids at the tool, and their names. */
    people: z.array(z.tuple([z.string(), z.string()])).optional(),
    /** The SHA-256 of the table that it shows. */
    table: z.string().optional(),
  }),
);
/** The state of a form about a schedule. */
export type OnCallForm = ReturnType<typeof onCallState.parse>;
export const tools = z.enum(onCallTools);
/** Names are cut, because the state of a form has 3,000 characters. */
const longestName = 35;

function formView(callbackId: string, form: OnCallForm, blocks: readonly KnownBlock[]): ModalView {
  return {
    type: "modal",
    callback_id: callbackId,
    private_metadata: onCallState.encode(form),
    title: plainText(title),
    submit: plainText("Save"),
    close: plainText("Cancel"),
    blocks: [...blocks],
  };
}

/** The form of a new schedule. */
export function scheduleView(form: OnCallForm): ModalView {
  const options = tools.options.flatMap((tool) => option(toolTitles[tool], tool) ?? []);
  return formView("oncall", form, [
    text("name", "Name", { maxLength: 40, placeholder: "Voice primary" }),
    {
      type: "input",
      block_id: "tool",
      label: plainText("Tool"),
      element: {
        type: "static_select",
        action_id: "tool",
        placeholder: plainText("Choose where the schedule is"),
        options,
      },
    },
    text("schedule", "Schedule id", {
      maxLength: 40,
      placeholder: "PI7DH85",
      hint: "The last part of the schedule's address in the tool.",
    }),
    ...accessInputs(onCallTools),
  ]);
}

/** The form for another key. */
export function keyView(form: OnCallForm, { name, tool, schedule }: OnCallSchedule): ModalView {
  return formView("oncall_key", form, [
    section(`${bold(name)} · ${toolTitles[tool]} ${code(schedule)}`),
    ...accessInputs([tool]),
  ]);
}

function accessInputs(which: readonly OnCallTool[]): InputBlock[] {
  const key = text("key", "API key", {
    maxLength: 500,
    hint: "Patchbay tries it, and stores it encrypted. A read-only one is enough unless people are to be paged.",
  });
  return [
    key,
    ...(which.includes("pagerduty") ? pagingInputs : []),
    ...(which.includes("grafana") ? addressInputs : []),
  ];
}

const pagingInputs = [
  text("service", "PagerDuty service for pages", {
    maxLength: 40,
    optional: true,
    placeholder: "PIJ90N7",
    hint: "Approvers who do not answer are paged by an incident of this service. Empty: nobody is paged.",
  }),
  text("from", "PagerDuty user of the pages", {
    maxLength: 200,
    optional: true,
    placeholder: "voice-oncall@example.com",
    hint: "The e-mail address of the user in whose name Patchbay opens the incidents.",
  }),
];

const addressInputs = [
  text("url", "Address of Grafana's API", {
    maxLength: 300,
    optional: true,
    placeholder: "https://oncall-prod-us-central-0.grafana.net/oncall",
    hint: "Only for Grafana: the API URL that its settings show.",
  }),
  text("stack", "Address of the Grafana stack", {
    maxLength: 300,
    optional: true,
    placeholder: "https://your-stack.grafana.net",
    hint: "Only for the token of a service account of Grafana.",
  }),
];

function text(
  id: string,
  label: string,
  more: Omit<Parameters<typeof textInput>[0], "blockId" | "actionId" | "label">,
) {
  return textInput({ blockId: id, actionId: id, label, ...more });
}

/** The table of people: who each of them is in Slack. */
export function peopleView(form: OnCallForm, { schedule, people, left, table }: PeopleToMap): ModalView {
  const shown = people.map(({ id, name }): [string, string] => [id, cut(name, longestName)]);
  const more = left > 0 ? [context(`${left} more take part. A form in Slack cannot show them.`)] : [];
  const inputs = shown.map(([id, name]): InputBlock => {
    const now = schedule.people.find((person) => person.id === id)?.userId;
    return {
      type: "input",
      block_id: `person:${id}`,
      label: plainText(name),
      optional: true,
      element: {
        type: "multi_users_select",
        action_id: `person:${id}`,
        placeholder: plainText("Nobody: gets no role"),
        max_selected_items: 1,
        ...(now === undefined ? {} : { initial_users: [now] }),
      },
    };
  });
  const none = shown.length === 0 ? [section(":warning: Nobody takes part in this schedule.")] : [];
  return formView("oncall_people", { ...form, people: shown, table }, [
    section(
      `Who are the people of ${bold(schedule.name)} in Slack? Being on call counts only for those you confirm.`,
    ),
    ...inputs,
    ...none,
    ...more,
  ]);
}
