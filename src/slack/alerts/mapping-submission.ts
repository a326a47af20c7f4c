import { mapping, type Hook } from "../../domain/alerts/hook.ts";
import { mappingText } from "../../domain/alerts/mapping-text.ts";
import { addMapping, type NewMapping } from "../../operations/alerts/manage-hooks.ts";
import { bold, escape, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { messenger } from "../context/messenger.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import { textModal } from "../forms/text-modal.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import {
  mappingCallback,
  mappingState,
  mappingTitle,
  mappingView,
  type MappingForm,
} from "./mapping-form.ts";

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
      field: mapping.shape.field.catch("service").parse(text("field")),
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
    const working = textModal(mappingTitle, [section(":hourglass_flowing_sand: Working…")]);
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
    if (await finishModal(req, { id: view.id }, textModal(mappingTitle, blocks, form.from))) return;
    await req.in(form.from).replyPrivately(message(blocks, stripMrkdwn(words)));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
    const canCorrect = command && ["invalid_input", "not_found"].includes(problem.code);
    const next = canCorrect
      ? await mappingView(req, command.form, { name: "this hook" }, command.wanted, why.blocks)
      : textModal(mappingTitle, why.blocks, command?.form.from);
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

/** The form that adds a mapping to a hook. */
export const mappingFormRoutes = [formRoute(mappingCallback, mappingSubmission)];
