import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { longestGlob } from "../../domain/alerts/glob.ts";
import { mapping, type Hook } from "../../domain/alerts/hook.ts";
import { getHook, type NewMapping } from "../../operations/alerts/manage-hooks.ts";
import { bold, plainText, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { option, textInput } from "../forms/inputs.ts";
import { openView, redrawView, takeView } from "../forms/modals.ts";
import { conversation, formState, fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { channelInput } from "../settings/inputs.ts";

export const mappingTitle = "Add a mapping";
export const mappingCallback = "hook_mapping";
export const mappingState = formState(z.object({ from: conversation, hook: z.string() }));
export type MappingForm = ReturnType<typeof mappingState.parse>;
const fields = mapping.shape.field;
const fieldTexts = {
  service: "A service that the alert is about",
  label: "A label of the alert, such as severity=critical",
  title: "The title of the alert",
} as const;

/** Opens the form that says which alerts of a hook propose what. */
export async function openMappingForm(
  req: RequestContext,
  id: string,
  inView?: { readonly id: string },
): Promise<void> {
  const skeleton = textModal(mappingTitle, [section(":hourglass_flowing_sand: One moment…")]);
  const opened = inView ? await takeView(req, inView, skeleton) : await openView(req, skeleton);
  if (!opened) return;
  try {
    const hook = await getHook(req.ctx, id);
    const form = { from: fromConversation(req.conversation), hook: id };
    await redrawView(req, { id: opened.id }, await mappingView(req, form, hook));
  } catch (error) {
    await errorReplyInView(req, opened, mappingTitle, error);
  }
}

/** The form, with what was typed before and why it was not taken. */
export async function mappingView(
  req: RequestContext,
  form: MappingForm,
  { name }: Pick<Hook, "name">,
  typed?: NewMapping,
  notice: readonly KnownBlock[] = [],
): Promise<ModalView> {
  const { plans } = await req.ctx.workspace.plans.listReadable();
  const offered = plans.flatMap(({ plan }) => option(plan.title, plan.slug, plan.slug) ?? []);
  const channelId = typed?.channelId || form.from.channelId;
  return {
    type: "modal",
    callback_id: mappingCallback,
    private_metadata: mappingState.encode(form),
    title: plainText(mappingTitle),
    submit: plainText("Add"),
    close: plainText("Cancel"),
    blocks: [
      ...notice,
      section(`Which alerts of ${bold(name)} propose what? The first mapping that matches counts.`),
      selectInput("field", "Match", {
        options: fields.options.flatMap((field) => option(fieldTexts[field], field) ?? []),
        chosen: typed?.field ?? "service",
      }),
      textInput({
        blockId: "pattern",
        actionId: "pattern",
        label: "Pattern",
        maxLength: longestGlob,
        value: typed?.pattern,
        placeholder: "cartesia*",
        hint: "The whole text, in any case. A * stands for any text: *cartesia* matches wherever it stands.",
      }),
      ...(offered.length > 0
        ? [selectInput("plan", "Failover plan", { options: offered, chosen: typed?.plan, isOptional: true })]
        : [
            section("There is no failover plan yet: `/number failover new` makes one. Or name numbers here."),
          ]),
      textInput({
        blockId: "numbers",
        actionId: "numbers",
        label: "Or numbers",
        maxLength: 500,
        value: typed?.numbers,
        multiline: true,
        optional: true,
        hint: "Up to 5, one in each line: a number's name or digits.",
      }),
      textInput({
        blockId: "agent",
        actionId: "agent",
        label: "And the agent to answer them",
        maxLength: 200,
        value: typed?.agent,
        optional: true,
      }),
      { ...channelInput("channel", "Channel", channelId, "Where the proposal is posted."), optional: false },
    ],
  };
}

function selectInput(
  id: string,
  label: string,
  {
    options,
    chosen,
    isOptional = false,
  }: {
    readonly options: NonNullable<ReturnType<typeof option>>[];
    readonly chosen: string | undefined;
    readonly isOptional?: boolean;
  },
): KnownBlock {
  const initial = options.find(({ value }) => value === chosen);
  return {
    type: "input",
    block_id: id,
    label: plainText(label),
    optional: isOptional,
    element: {
      type: "static_select",
      action_id: id,
      placeholder: plainText("Choose one"),
      options: options.slice(0, 100),
      ...(initial ? { initial_option: initial } : {}),
    },
  };
}
