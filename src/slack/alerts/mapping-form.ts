import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { longestGlob } from "../../domain/alerts/glob.ts";
import { mapping, type Hook } from "../../domain/alerts/hook.ts";
import { mappingText } from "../../domain/alerts/mapping-text.ts";
import { addMapping, getHook, type NewMapping } from "../../operations/alerts/manage-hooks.ts";
import { bold, escape, message, plainText, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { messenger } from "../context/messenger.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import { option, textInput } from "../forms/inputs.ts";
import { openView, redrawView, takeView } from "../forms/modals.ts";
import { conversation, formState, fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { channelInput } from "../settings/inputs.ts";

const title = "Add a mapping";
const mappingState = formState(z.object({ from: conversation, hook: z.string() }));
type MappingForm = ReturnType<typeof mappingState.parse>;
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
  const skeleton = textModal(title, [section(":hourglass_flowing_sand: One moment…")]);
  const opened = inView ? await takeView(req, inView, skeleton) : await openView(req, skeleton);
  if (!opened) return;
  try {
    const hook = await getHook(req.ctx, id);
    const form = { from: fromConversation(req.conversation), hook: id };
    await redrawView(req, { id: opened.id }, await mappingView(req, form, hook));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

async function mappingView(
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
    callback_id: "hook_mapping",
    private_metadata: mappingState.encode(form),
    title: plainText(title),
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

/** A submitted mapping. */
interface SubmittedMapping {
  readonly form: MappingForm;
  readonly wanted: NewMapping;
}

const mappingSubmission: Submission<SubmittedMapping> = {
  ack: (_, view) => {
    const form = mappingState.parse(view.private_metadata);
    const values = inputValues(view.state);
    const text = (id: string): string => values.get(id)?.value ?? "";
    const plan = text("plan") || undefined;
    const wanted = {
      field: fields.catch("service").parse(text("field")),
      pattern: text("pattern"),
      plan,
      numbers: text("numbers"),
      agent: text("agent"),
      channelId: values.get("channel")?.several.at(0) ?? text("channel"),
    };
    const errors = {
      ...(wanted.channelId === "" ? { channel: "Choose a channel." } : {}),
      ...(plan !== undefined && wanted.numbers.trim() !== ""
        ? { numbers: "Choose a plan or name numbers, not both." }
        : {}),
      ...(plan === undefined && wanted.numbers.trim() === ""
        ? { numbers: "Choose a plan, or name numbers." }
        : {}),
      ...(plan === undefined && wanted.agent.trim() === "" ? { agent: "Name the agent." } : {}),
    };
    if (Object.keys(errors).length > 0) return { answer: { response_action: "errors", errors } };
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: { form, wanted } };
  },
  run: async (req, { form, wanted }, view) => {
    const hook = await addMapping(req.ctx, form.hook, wanted);
    const added = hook.mappings.at(-1);
    const words = `:white_check_mark: ${escape(added ? mappingText(added) : "")} in <#${wanted.channelId}>`;
    const blocks = [
      section(words),
      ...(await warningsOf(req, hook, wanted.channelId)).map((each) => section(each)),
    ];
    if (await finishModal(req, { id: view.id }, textModal(title, blocks, form.from))) return;
    await req.in(form.from).replyPrivately(message(blocks, stripMrkdwn(words)));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
    const canCorrect = command && ["invalid_input", "not_found"].includes(problem.code);
    const next = canCorrect
      ? await mappingView(req, command.form, { name: "this hook" }, command.wanted, why.blocks)
      : textModal(title, why.blocks, command?.form.from);
    if (await finishModal(req, { id: view.id }, next)) return;
    await req.in(command?.form.from ?? {}).replyPrivately(why);
  },
};

/** Tells the channel what it is for. Returns what keeps alerts from being proposed there, so that an admin learns it now. */
async function warningsOf(
  req: RequestContext,
  { name, hasSecret }: Hook,
  channelId: string,
): Promise<readonly string[]> {
  const words = `Patchbay now proposes here what to do about alerts of ${bold(name)}. <@${req.conversation.userId}> chose this channel.`;
  const { log, metrics, tracer, requestId } = req.ctx;
  const there = messenger(
    req.clients,
    { channelId },
    { log, metrics, tracer, requestId, slackApiUrl: req.deps.slackApiUrl },
  );
  const { deliveredTo } = await there.announce(message([section(words)], stripMrkdwn(words)));
  return [
    ...(deliveredTo === "nobody"
      ? [`:warning: Patchbay cannot post in <#${channelId}>. Invite it there with \`/invite\`.`]
      : []),
    ...(hasSecret
      ? []
      : [`:warning: ${bold(name)} has no secret yet, so it refuses everything. Set it: \`/number hooks\``]),
  ];
}

export const mappingFormRoutes = [formRoute("hook_mapping", mappingSubmission)];
