import type { KnownBlock, ModalView } from "@slack/types";
import type { Snapshot } from "../../domain/numbers/change.ts";
import { answeringWithoutAgent } from "../../domain/numbers/phone-number.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { RestorePoint } from "../../domain/changes/restore.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { RestorePreview } from "../../operations/restore/preview-restore.ts";
import { bold, context, escape, plainText, section, slackDate } from "../block-kit/blocks.ts";
import { detachWarning, reachNobody } from "../block-kit/detach-warning.ts";
import { endedText } from "../block-kit/closed-message.ts";
import { changeLine } from "../numbers/change-line.ts";
import { restoreFormState, type RestoreForm } from "./restore-form-state.ts";
import { fieldTitle, shownKeys, valueText, wholeValues, actorMention } from "../block-kit/format.ts";
import type { FormValues } from "../forms/inputs.ts";
import { reasonInput } from "../forms/reason-input.ts";
import { writeFrom } from "../forms/private-metadata.ts";
import type { Labels } from "../block-kit/agent-text.ts";
import {
  breakGlassBlocks,
  isOpenToChange,
  restrictionBlocks,
  submitText,
} from "../forms/form-restrictions.ts";

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
  const nobody =
    restore.change.kind === "detach"
      ? [section(detachWarning(answeringWithoutAgent(view.number), reachNobody))]
      : [];
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

/** Says that the change is already undone, whatever the state of the number. */
export function undoneBlocks({ ended }: RestorePreview): KnownBlock[] {
  return ended?.how === "undone" || ended?.how === "reverted" ? [section(endedText(ended))] : [];
}

export function stateText(
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

export function labelsOf({ record, view }: RestorePreview): Labels {
  const { agent } = view.number;
  return {
    ...record.requested.labels,
    ...view.labels,
    ...(agent?.name === undefined ? {} : { [agent.id]: agent.name }),
  };
}

/** Who changed a field since, in mrkdwn. */
export function movedText({ movedBy }: RestorePreview): string {
  if (!movedBy) return "It was changed outside Patchbay.";
  const { actor, at, change = "change", changeId = "" } = movedBy.requested;
  return `Changed since by ${actorMention(actor)} ${slackDate(at)}: ${change} · \`${changeId}\``;
}
