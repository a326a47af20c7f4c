import type { KnownBlock, ModalView, MrkdwnElement } from "@slack/types";
import type { Snapshot } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { RestorePoint } from "../../domain/changes/restore.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { RestorePreview } from "../../operations/restore/preview-restore.ts";
import {
  actions,
  bold,
  button,
  code,
  context,
  truncateMrkdwn,
  escape,
  plainText,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import { endedText } from "../block-kit/closed-message.ts";
import { changeLine } from "../numbers/change-line.ts";
import { restoreAgainButton } from "../block-kit/restore-buttons.ts";
import { manualSteps } from "../block-kit/manual-steps.ts";
import { restoreFormState, type RestoreForm } from "./restore-form-state.ts";
import {
  actorMention,
  fieldTitle,
  shownKeys,
  valueText,
  wholeValues,
  type Labels,
} from "../block-kit/format.ts";
import type { FormValues } from "../forms/inputs.ts";
import { reasonInput } from "../forms/reason-inputs.ts";
import {
  breakGlassBlocks,
  isOpenToChange,
  restrictionBlocks,
  submitText,
} from "../forms/restriction-blocks.ts";
import { writeFrom } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { numberValue } from "../block-kit/key-values.ts";

/** The callback_id of the restore form. */
export const restoreCallback = "restore";

export const restoreTitle: Readonly<Record<RestorePoint, string>> = {
  before: "Undo a change",
  made: "Restore a state",
};

/** The form before the preview, and while Patchbay works. */
export function waitingView(to: RestorePoint, from: RestoreForm["from"], words: string): ModalView {
  return {
    type: "modal",
    callback_id: restoreCallback,
    private_metadata: writeFrom(from),
    title: plainText(restoreTitle[to]),
    close: plainText("Close"),
    blocks: [section(`:hourglass_flowing_sand: ${words}`)],
  };
}

/** The form to submit: which change, now → after, why; or, for a frozen number, why not. */
export function restoreView(
  preview: RestorePreview,
  form: RestoreForm,
  accounts: VendorAccounts,
  values: FormValues = {},
): ModalView {
  const { record, restore, view, now } = preview;
  const isOpen = isOpenToChange(form);
  const act = submitText(form, restore.to === "before" ? "Undo" : "Restore");
  const labels = labelsOf(preview);
  const state = (of: Snapshot) =>
    stateText(of, view.vendor, labels, shownKeys(Object.keys(restore.wanted), now, restore.wanted));
  const nobody = restore.change.kind === "detach" ? [section(":warning: *Callers will reach nobody.*")] : [];
  const newer = form.overNewer
    ? [section(`:warning: *This overwrites a newer change.* ${movedText(preview)}`)]
    : [];
  const incident = form.incident ? [context(`Belongs to incident ${bold(form.incident)}`)] : [];
  return {
    type: "modal",
    callback_id: restoreCallback,
    private_metadata: restoreFormState.encode(form),
    title: plainText(restoreTitle[restore.to]),
    ...(isOpen ? { submit: plainText(act) } : {}),
    close: plainText("Cancel"),
    blocks: [
      section(changeLine(record, accounts, true)),
      ...undoneBlocks(preview),
      ...newer,
      section(`*Now:* ${state(now)}`),
      section(`*After:* ${state(restore.wanted)}`),
      ...wholeValues(now, restore.wanted, view.vendor).map((each) => section(each)),
      context(`Read from ${escape(view.connection.name)} (${view.vendor.title}) ${slackDate(view.readAt)}`),
      ...nobody,
      ...restrictionBlocks(form),
      ...(isOpen ? [reasonInput(values, form)] : []),
      ...incident,
      ...breakGlassBlocks(form),
    ],
  };
}

/** A number that was changed since, in three columns, and the choice to restore it anyway. */
export function movedView(
  preview: RestorePreview,
  form: RestoreForm,
  requestId: string,
  reason?: string,
): ModalView {
  const { restore, view, now } = preview;
  const labels = labelsOf(preview);
  const columns: readonly (readonly [string, Snapshot])[] = [
    ["Before", restore.before],
    ["That change made", restore.made],
    ["Now", now],
  ];
  const keys = shownKeys(Object.keys(restore.wanted), restore.before, restore.made, now);
  const fields = keys.map((key): KnownBlock => ({
    type: "section",
    text: mrkdwn(`*${fieldTitle(key, view.vendor)}*`),
    fields: columns.map(([title, of]) =>
      mrkdwn(`${title}:\n${valueText(key, ownValue(of, key), view.vendor, labels)}`),
    ),
  }));
  const blocks = [
    section(`:warning: ${form.title} *has changed since.* Nothing was sent.`),
    ...fields,
    ...undoneBlocks(preview),
    section(movedText(preview)),
    actions([
      restoreAgainButton("Restore anyway", { ...form, reason, overNewer: true }),
      button("show", "Show", numberValue.encode(view.key)),
      button("history", "History", numberValue.encode(view.key)),
    ]),
    context(`Change ${code(form.changeId)} · Id ${code(requestId)}`),
  ];
  return textModal(restoreTitle[restore.to], blocks, form.from);
}

/** A number that already has the state to restore. */
export function alreadySoView(preview: RestorePreview, form: RestoreForm): ModalView {
  const { restore, view, now } = preview;
  const words =
    restore.to === "before"
      ? `Nothing to undo: ${form.title} is already back.`
      : `Nothing to restore: ${form.title} is already in that state.`;
  const blocks = [
    section(words),
    ...(preview.ended ? [section(endedText(preview.ended))] : []),
    section(
      `*Now:* ${stateText(now, view.vendor, labelsOf(preview), shownKeys(Object.keys(restore.wanted), now))}`,
    ),
    actions([
      button("show", "Show", numberValue.encode(view.key)),
      button("history", "History", numberValue.encode(view.key)),
    ]),
    context(`Change ${code(form.changeId)}`),
  ];
  return textModal(restoreTitle[restore.to], blocks, form.from);
}

/** Says that the change is already undone, whatever the state of the number. */
function undoneBlocks({ ended }: RestorePreview): KnownBlock[] {
  return ended?.how === "undone" || ended?.how === "reverted" ? [section(endedText(ended))] : [];
}

/** A change that Patchbay cannot restore at this vendor: the reason, and the manual steps. */
export function obstacleView(
  preview: RestorePreview,
  form: RestoreForm,
  problemBlocks: KnownBlock[],
): ModalView {
  const { restore, view } = preview;
  const byHand = manualSteps(view.vendor, view.number, restore.wanted, labelsOf(preview));
  const show = actions([button("show", "Show", numberValue.encode(view.key))]);
  return textModal(restoreTitle[restore.to], [...problemBlocks, section(byHand), show], form.from);
}

/** The longest text of a field in a section, in characters. */
const longestField = 2000;

function mrkdwn(text: string): MrkdwnElement {
  return { type: "mrkdwn", text: truncateMrkdwn(text, longestField), verbatim: true };
}

/** Who changed a field since, in mrkdwn. */
function movedText({ movedBy }: RestorePreview): string {
  if (!movedBy) return "It was changed outside Patchbay.";
  const { actor, at, change = "change", changeId = "" } = movedBy.requested;
  return `Changed since by ${actorMention(actor)} ${slackDate(at)}: ${change} · \`${changeId}\``;
}

function stateText(
  state: Snapshot,
  vendor: RestorePreview["view"]["vendor"],
  labels: Labels,
  keys: readonly string[],
): string {
  return keys
    .map((key) => {
      const title = key === "agent" ? "" : `${fieldTitle(key, vendor)}: `;
      return `${title}${valueText(key, ownValue(state, key), vendor, labels)}${key === "agent" ? " answers" : ""}`;
    })
    .join("\n");
}

function labelsOf({ record, view }: RestorePreview): Labels {
  const { agent } = view.number;
  return {
    ...record.requested.labels,
    ...view.labels,
    ...(agent?.name === undefined ? {} : { [agent.id]: agent.name }),
  };
}
