import type { KnownBlock, ModalView } from "@slack/types";
import { isProblem, Problem, type ProblemCode } from "../../domain/problem.ts";
import type { VersionedSettings, WorkspaceSettings } from "../../domain/workspace-settings.ts";
import {
  changeSettings,
  settingsToChange,
  type ChangedSettings,
} from "../../operations/workspace/change-settings.ts";
import { context, limits, message, plainText, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { inputValues } from "../forms/input-values.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { openView, redrawView, type OpenedView } from "../forms/modals.ts";
import { noGroupsWords, type UserGroup } from "../context/user-groups.ts";
import { settingsText } from "./settings-text.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { welcomeChannels } from "./welcome-channels.ts";
import { settingsSections } from "./sections.ts";
import { operatorsSection } from "./operators.ts";
import type { Offered, SettingsSection, SettingsValues } from "./section.ts";
import { textModal } from "../forms/text-modal.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { settingsFormState, type SettingsForm } from "./settings-form-state.ts";

const title = "Settings";
/** The callback_id of both settings forms. */
const settingsCallbackId = "settings";

/** Opens the settings of the workspace, or of one of its connections; or shows why the person may not. */
export async function openSettings(req: RequestContext, connectionId?: string): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    const settled = await settingsToChange(req.ctx);
    const sections = await sectionsOf(req, connectionId);
    await redrawView(req, opened, settingsView(req, settled, sections, await offered(req), connectionId));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

/** A valid submission of a settings form. */
interface SubmittedSettings {
  readonly form: SettingsForm;
  readonly values: SettingsValues;
}

/** Handles a submitted settings form: validates it, then checks and stores the settings. */
const settingsSubmission: Submission<SubmittedSettings> = {
  ack: (_, view) => {
    const form = settingsFormState.parse(view.private_metadata);
    const values = inputValues(view.state);
    const { withGroups, connectionId } = form;
    // A connection's own section has no invalid values.
    const read = connectionId === undefined ? readSections(settingsSections, values, withGroups) : undefined;
    if (read && "errors" in read)
      return { answer: { response_action: "errors", errors: { ...read.errors } } };
    const saving = textModal(title, [section(":hourglass_flowing_sand: Saving…")]);
    return { answer: { response_action: "update", view: saving }, command: { form, values } };
  },
  run: async (req, { form, values }, view) => {
    // Before any lookup that a forged form could trigger.
    await settingsToChange(req.ctx);
    const read = readSections(await sectionsOf(req, form.connectionId), values, form.withGroups);
    if ("errors" in read) throw new Problem("invalid_input", "The form was not filled in correctly.");
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
    if (await finishModal(req, { id: view.id }, textModal(title, blocks))) return;
    await req.in(form.from).replyPrivately(message(blocks, stripMrkdwn([words, ...unheard].join("\n"))));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    const opened: OpenedView = { id: view.id };
    if (problem.code === "already_requested") return retryFinishModal(req, opened);
    const kept = section("*The settings are unchanged.*");
    const blocks = [...why.blocks, kept];
    const again = command && (await formAgain(req, command, blocks, problem));
    if (await finishModal(req, opened, again ?? textModal(title, blocks))) return;
    await req.in(command?.form.from ?? {}).replyPrivately(why);
  },
};

export const settingsFormRoutes = [formRoute(settingsCallbackId, settingsSubmission)];

/** Problems that the person can correct in the form. Any other one replaces the form. */
const correctable: ReadonlySet<ProblemCode> = new Set(["invalid_input", "conflict", "not_recorded"]);

/**
 * The form with everything that was chosen and typed, and the reason why it was not saved, because Slack has discarded
 * the values by now. After a conflict, it is based on the current settings. Undefined if there is nothing to correct.
 */
async function formAgain(
  req: RequestContext,
  { form: { connectionId, withGroups, from }, values }: SubmittedSettings,
  notice: readonly KnownBlock[],
  { code }: Problem,
): Promise<ModalView | undefined> {
  if (!correctable.has(code)) return undefined;
  try {
    const settled = await settingsToChange(req.ctx);
    const sections = await sectionsOf(req, connectionId);
    const read = readSections(sections, values, withGroups);
    if ("errors" in read) return undefined;
    const wanted = given({ ...settled.settings, ...read.change(settled.settings) });
    const next = { settings: wanted, revision: settled.revision };
    const differs = keysThatDiffer(settled.settings, wanted);
    const review = `The form shows what you entered. The saved settings differ in: ${settingsText(differs)}.`;
    const above = code === "conflict" ? [...notice, section(review)] : notice;
    return settingsView(req.in(from), next, sections, await offered(req), connectionId, above);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/** Settings without the removed ones. */
function given(changed: ChangedSettings): WorkspaceSettings {
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
}

function keysThatDiffer(one: WorkspaceSettings, other: WorkspaceSettings): string[] {
  const texts = (settings: WorkspaceSettings) =>
    new Map(Object.entries(settings).map(([key, value]) => [key, JSON.stringify(value)]));
  const [was, is] = [texts(one), texts(other)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key));
}

async function sectionsOf(
  req: RequestContext,
  connectionId: string | undefined,
): Promise<readonly SettingsSection[]> {
  if (connectionId === undefined) return settingsSections;
  return [operatorsSection(await req.ctx.workspace.connections.get(connectionId))];
}

async function offered(req: RequestContext): Promise<Offered> {
  let groups: readonly UserGroup[] | undefined;
  let failure: unknown;
  try {
    groups = await req.groups();
  } catch (error) {
    req.ctx.log.warn({ requestId: req.ctx.requestId, err: error }, "user groups not listed");
    failure = error;
  }
  const noGroups = noGroupsWords(req.installed, failure);
  return { groups: noGroups === undefined ? groups : undefined, noGroups };
}

function settingsView(
  req: RequestContext,
  { settings, revision }: VersionedSettings,
  sections: readonly SettingsSection[],
  offer: Offered,
  connectionId: string | undefined,
  notice: readonly KnownBlock[] = [],
): ModalView {
  const form: SettingsForm = {
    from: fromConversation(req.conversation),
    revision,
    withGroups: offer.groups !== undefined,
    ...(connectionId === undefined ? {} : { connectionId }),
  };
  return {
    type: "modal",
    callback_id: settingsCallbackId,
    private_metadata: settingsFormState.encode(form),
    title: plainText(connectionId === undefined ? title : "Operators"),
    submit: plainText("Save"),
    close: plainText("Cancel"),
    blocks: [...notice, ...sections.flatMap((each) => each.blocks(settings, offer))].slice(
      0,
      limits.viewBlocks,
    ),
  };
}

function readSections(
  sections: readonly SettingsSection[],
  values: SettingsValues,
  withGroups: boolean,
):
  | { readonly errors: Readonly<Record<string, string>> }
  | { change(before: WorkspaceSettings): ChangedSettings } {
  const errors = new Map<string, string>();
  const changes: ((before: WorkspaceSettings) => ChangedSettings)[] = [];
  for (const each of sections) {
    const read = each.read(values, withGroups);
    if ("errors" in read) for (const [block, words] of Object.entries(read.errors)) errors.set(block, words);
    else changes.push((before) => read.change(before));
  }
  if (errors.size > 0) return { errors: Object.fromEntries(errors) };
  return { change: (before) => Object.assign({}, ...changes.map((change) => change(before))) };
}
