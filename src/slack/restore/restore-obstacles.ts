import type { KnownBlock, ModalView, MrkdwnElement } from "@slack/types";
import type { Snapshot } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { RestorePreview } from "../../operations/restore/preview-restore.ts";
import { actions, button, code, context, truncateMrkdwn, section } from "../block-kit/blocks.ts";
import { endedText } from "../block-kit/closed-message.ts";
import { restoreAgainButton } from "../block-kit/restore-buttons.ts";
import { manualSteps } from "../block-kit/manual-steps.ts";
import type { RestoreForm } from "./restore-form-state.ts";
import { fieldTitle, shownKeys, valueText } from "../block-kit/format.ts";
import { textModal } from "../forms/text-modal.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { restoreTitle, undoneBlocks, stateText, labelsOf, movedText } from "./restore-form.ts";

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
export const longestField = 2000;

export function mrkdwn(text: string): MrkdwnElement {
  return { type: "mrkdwn", text: truncateMrkdwn(text, longestField), verbatim: true };
}
