import type { KnownBlock, ModalView } from "@slack/types";
import { isProblem, type Problem, type ProblemCode } from "../../domain/problem/problem.ts";
import type { WorkspaceSettings } from "../../domain/access/workspace-settings.ts";
import { changeSettings, settingsToChange } from "../../operations/workspace/change-settings.ts";
import { context, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import type { OpenedView } from "../forms/modals.ts";
import { textModal } from "../forms/text-modal.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { operatorsTopic } from "./operators.ts";
import { sectionById, sectionsOf, settingsSections } from "./sections.ts";
import {
  offeredSources,
  readSections,
  replaceId,
  settingsAfter,
  settingsCallbackId,
  settingsTitle,
  settingsView,
} from "./settings-form.ts";
import { settingsFormState, type SettingsForm } from "./settings-form-state.ts";
import { settingsText } from "./settings-text.ts";
import { withTyped } from "./typed-inputs.ts";
import { welcomeChannels } from "./welcome-channels.ts";

/** Handles a submitted settings form: validates it, then checks and stores the settings. */
const settingsSubmission: Submission<SettingsForm> = {
  ack: (req, view) => {
    // A topic that is still being drawn must not overwrite what follows.
    req.deps.memory.latestRequests.mark(view.id, "number", req.ctx.requestId);
    const shown = settingsFormState.parse(view.private_metadata);
    const { connectionId, topic, replaces } = shown;
    // A connection's only topic has no invalid values.
    const at = connectionId === undefined ? sectionById(settingsSections, topic) : undefined;
    const form = withTyped(shown, at?.id ?? operatorsTopic, view.state);
    const read = at && readSections([at], form);
    const isUnconfirmed =
      replaces !== undefined && !inputValues(view.state).get(replaceId)?.several.includes("yes");
    const errors = {
      ...(read && "errors" in read ? read.errors : {}),
      ...(isUnconfirmed ? { [replaceId]: "Confirm that you replace what someone else has saved." } : {}),
    };
    if (Object.keys(errors).length > 0) return { answer: { response_action: "errors", errors } };
    const saving = textModal(settingsTitle, [section(":hourglass_flowing_sand: Saving…")]);
    return { answer: { response_action: "update", view: saving }, command: form };
  },
  run: async (req, form, view) => {
    // Before any lookup that a forged form could trigger.
    await settingsToChange(req.ctx);
    const read = readSections(await sectionsOf(req, form.connectionId), form);
    if ("errors" in read) return showErrors(req, { id: view.id }, form);
    const { before, after } = await changeSettings(req.ctx, {
      change: read.change,
      revision: form.revision,
    });
    const words = ":white_check_mark: The settings are saved.";
    const unheard = await welcomeChannels(req, before, after);
    const blocks = [
      section(words),
      ...unheard.map((line) => section(line)),
      context(`By <@${req.conversation.userId}>`),
    ];
    if (await finishModal(req, { id: view.id }, textModal(settingsTitle, blocks))) return;
    await req.in(form.from).replyPrivately(message(blocks, stripMrkdwn([words, ...unheard].join("\n"))));
  },
  onError: async (req, { message: why, problem }, view, form) => {
    const opened: OpenedView = { id: view.id };
    if (problem.code === "already_requested") return retryFinishModal(req, opened);
    const blocks = [...why.blocks, unchanged];
    const again = form && (await formAgain(req, form, blocks, problem));
    if (await finishModal(req, opened, again ?? textModal(settingsTitle, blocks))) return;
    await req.in(form?.from ?? {}).replyPrivately(why);
  },
};

export const settingsFormRoutes = [formRoute(settingsCallbackId, settingsSubmission)];

const unchanged = section("*The settings are unchanged.*");

/** Opens the first topic with an error. Slack shows errors only at fields that it showed. */
async function showErrors(req: RequestContext, opened: OpenedView, form: SettingsForm): Promise<void> {
  const { settings } = await settingsToChange(req.ctx);
  const offer = await offeredSources(req);
  for (const topic of settingsSections) {
    const read = readSections([topic], form);
    if (!("errors" in read)) continue;
    const notice = [
      section("*The settings are unchanged.* Correct the field that is marked with :warning:."),
    ];
    const drawing = { settings, sections: settingsSections, offer, notice, errors: read.errors };
    const view = settingsView({ ...form, topic: topic.id }, drawing);
    if (!(await finishModal(req, opened, view)))
      await req.in(form.from).replyPrivately(message(notice, "The settings are unchanged."));
    return;
  }
}

/** Problems that the person can correct in the form. Any other one replaces the form. */
const correctable: ReadonlySet<ProblemCode> = new Set(["invalid_input", "conflict", "not_recorded"]);

/**
 * The form with everything that was chosen and typed, and the reason why it was not saved, because Slack has discarded
 * the values by now. After a conflict, it is based on the current settings, and is saved only when that is confirmed.
 * Undefined if there is nothing to correct.
 */
async function formAgain(
  req: RequestContext,
  form: SettingsForm,
  notice: readonly KnownBlock[],
  { code }: Problem,
): Promise<ModalView | undefined> {
  if (!correctable.has(code)) return undefined;
  try {
    const { settings, revision } = await settingsToChange(req.ctx);
    const sections = await sectionsOf(req, form.connectionId);
    const offer = await offeredSources(req);
    const read = readSections(sections, form);
    if ("errors" in read) return undefined;
    const differs = settingsText(keysThatDiffer(settings, settingsAfter(settings, read.change(settings))));
    const next = {
      ...form,
      revision,
      ...(code === "conflict" && differs !== "" ? { replaces: differs } : {}),
    };
    return settingsView(next, { settings, sections, offer, notice });
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

function keysThatDiffer(one: WorkspaceSettings, other: WorkspaceSettings): string[] {
  const texts = (settings: WorkspaceSettings) =>
    new Map(Object.entries(settings).map(([key, value]) => [key, JSON.stringify(value)]));
  const [was, is] = [texts(one), texts(other)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key));
}
