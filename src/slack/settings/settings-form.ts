import type { InputBlock, KnownBlock, ModalView } from "@slack/types";
import type { WorkspaceSettings } from "../../domain/access/workspace-settings.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { ChangedSettings } from "../../operations/workspace/change-settings.ts";
import { context, limits, plainText } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { noGroupsWords, type UserGroup } from "../context/user-groups.ts";
import { choiceInput, ticksInput } from "./inputs.ts";
import { sectionById } from "./sections.ts";
import { settingsFormState, type SettingsForm } from "./settings-form-state.ts";
import { blocksWithTyped } from "./typed-inputs.ts";
import type { Offered, ReadSection, SettingsSection } from "./section.ts";

export const settingsTitle = "Settings";
/** The callback_id of both settings forms. */
export const settingsCallbackId = "settings";
/** The action_id of the menu that chooses the topic. */
export const topicId = "settings_topic";
/** The input without which a form does not replace what someone else has saved. */
export const replaceId = "settings_replace";

/** What to show besides the state of the form. */
export interface SettingsDrawing {
  readonly settings: WorkspaceSettings;
  readonly sections: readonly SettingsSection[];
  readonly offer: Offered;
  /** Why the form was not saved. */
  readonly notice?: readonly KnownBlock[];
  /** Errors of the topic, by block_id, where Slack cannot show them itself. */
  readonly errors?: Readonly<Record<string, string>>;
}

/** A settings form: the menu of topics, and the inputs of one. */
export function settingsView(form: SettingsForm, drawing: SettingsDrawing): ModalView {
  const { settings, sections, offer, notice = [], errors = {} } = drawing;
  const topic = sectionById(sections, form.topic);
  // A form that was opened with groups keeps their inputs, even if their names are unknown by now.
  const groups = form.withGroups ? (offer.groups ?? []) : undefined;
  const typed = ownValue(form.typed ?? {}, topic.id);
  const blocks = blocksWithTyped(topic.blocks(settings, { ...offer, groups }), typed, groups);
  return {
    type: "modal",
    callback_id: settingsCallbackId,
    private_metadata: settingsFormState.encode(form),
    title: plainText(form.connectionId === undefined ? settingsTitle : "Operators"),
    submit: plainText("Save"),
    close: plainText("Cancel"),
    blocks: [
      ...notice,
      ...(form.replaces === undefined ? [] : [replaceInput(form.replaces)]),
      ...(sections.length > 1 ? [topicInput(sections, topic)] : []),
      ...blocks.flatMap((block) => [block, ...errorBelow(block, errors)]),
    ].slice(0, limits.viewBlocks),
  };
}

/** Reads the topics that were shown; all others stay unchanged. */
export function readSections(sections: readonly SettingsSection[], form: SettingsForm): ReadSection {
  const errors = new Map<string, string>();
  const changes: ((before: WorkspaceSettings) => ChangedSettings)[] = [];
  for (const each of sections) {
    const typed = ownValue(form.typed ?? {}, each.id);
    if (!typed) continue;
    const read = each.read(new Map(Object.entries(typed)), form.withGroups);
    if ("errors" in read) for (const [block, words] of Object.entries(read.errors)) errors.set(block, words);
    else changes.push((before) => read.change(before));
  }
  if (errors.size > 0) return { errors: Object.fromEntries(errors) };
  return {
    change: (before) =>
      changes.reduce<ChangedSettings>(
        (changed, change) => ({ ...changed, ...change(settingsAfter(before, changed)) }),
        {},
      ),
  };
}

/** Settings with some replaced and without the removed ones. */
export function settingsAfter(before: WorkspaceSettings, changed: ChangedSettings): WorkspaceSettings {
  return Object.fromEntries(
    Object.entries({ ...before, ...changed }).filter(([, value]) => value !== undefined),
  );
}

/** What can give a role: the user groups, or why there are none, and the schedules. */
export async function offeredSources(req: RequestContext): Promise<Offered> {
  let groups: readonly UserGroup[] | undefined;
  let failure: unknown;
  try {
    groups = await req.groups();
  } catch (error) {
    req.ctx.log.warn({ requestId: req.ctx.requestId, err: error }, "user groups not listed");
    failure = error;
  }
  const noGroups = noGroupsWords(req.installed, failure);
  const schedules = await req.ctx.workspace.onCallSchedules.list();
  return { groups: noGroups === undefined ? groups : undefined, noGroups, schedules };
}

function topicInput(sections: readonly SettingsSection[], { id }: SettingsSection): InputBlock {
  const titles = Object.fromEntries(sections.map((each) => [each.id, each.title]));
  const hint = "Save stores what you entered in every topic.";
  return { ...choiceInput(topicId, "Topic", titles, id, hint), dispatch_action: true, optional: false };
}

function replaceInput(differs: string): InputBlock {
  const boxes = { yes: "Save my entries anyway" };
  const hint = `The form shows what you entered. The saved settings differ in: ${differs}.`;
  return { ...ticksInput(replaceId, "Someone changed the settings", boxes, [], hint), optional: false };
}

function errorBelow(block: KnownBlock, errors: Readonly<Record<string, string>>): KnownBlock[] {
  const words = ownValue(errors, block.block_id ?? "");
  return words === undefined ? [] : [context(`:warning: ${words}`)];
}
