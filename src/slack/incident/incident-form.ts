import type { ModalView } from "@slack/types";
import { longestTitle } from "../../domain/changes/incident.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import { blockerBlocks } from "../block-kit/rule-blocks.ts";
import { bold, context, plainText, section } from "../block-kit/blocks.ts";
import { incidentFormState, type IncidentForm } from "./incident-form-state.ts";
import { plural } from "../../domain/text/plural.ts";
import { countSteps, pageBlocks, revertTitleOf } from "./revert-message.ts";
import { runRows } from "../runs/run-message.ts";
import { textInput } from "../forms/inputs.ts";
import { textModal } from "../forms/text-modal.ts";

/** Asks for the key and the title of a new incident. */
export function startIncidentView(
  form: IncidentForm,
  guess: { readonly key?: string | undefined; readonly title?: string | undefined },
): ModalView {
  return {
    type: "modal",
    callback_id: "start_incident",
    private_metadata: incidentFormState.encode(form),
    title: plainText("Start an incident"),
    submit: plainText("Start"),
    close: plainText("Cancel"),
    blocks: [
      section("Changes that are made in this conversation from then on belong to it."),
      textInput({
        blockId: "key",
        actionId: "key",
        label: "Key, such as INC-123",
        maxLength: 3000,
        value: guess.key,
      }),
      textInput({
        blockId: "title",
        actionId: "title",
        label: "Title",
        maxLength: longestTitle,
        optional: true,
        value: guess.title,
      }),
    ],
  };
}

/** What the preview of a revert shows besides the revert. */
export interface RevertViewParts extends Pick<IncidentForm, "from"> {
  readonly page: number;
  /** The rules that do not allow it as a whole. */
  readonly blockers: readonly Blocker[];
}

/** The preview of an incident's revert. Submitting it is the only confirmation. */
export function revertView(
  revert: Run,
  { from, page, blockers }: RevertViewParts,
  accounts: VendorAccounts,
): ModalView {
  const { toDo, open } = countSteps(revert);
  const title = revertTitleOf(revert);
  const { incident = "" } = revert;
  const rest = open > toDo ? ` ${plural(open - toDo, "other")} cannot be, and say why.` : "";
  const head =
    toDo > 0
      ? `*${plural(toDo, "change")} will be reverted*: each number goes back to before ${bold(incident)}, after one more look at it.${rest}`
      : `*Nothing can be reverted* for ${bold(incident)}.`;
  const none = revert.steps.length === 0 ? [section("No number was changed for it.")] : [];
  const blocks = [section(head), ...blockerBlocks(blockers), ...none, ...pageBlocks(revert, page, accounts)];
  const form: IncidentForm = { from, revertId: revert.id, incident };
  if (toDo === 0)
    return { ...textModal(title, blocks, from), private_metadata: incidentFormState.encode(form) };
  return {
    type: "modal",
    callback_id: "revert_incident",
    private_metadata: incidentFormState.encode(form),
    title: plainText(title),
    submit: plainText(`Put back ${toDo}`),
    close: plainText("Cancel"),
    blocks: [
      ...blocks,
      context("Each is a change of its own, on record; what fails is said and can be tried again."),
    ],
  };
}

/** A running revert: its progress, and a page of its numbers. */
export function revertingView(revert: Run, accounts: VendorAccounts): ModalView {
  const { toDo, done } = countSteps(revert);
  const head = `:hourglass_flowing_sand: Working… ${done} of ${toDo} done`;
  const begun = { ...revert, steps: revert.steps.filter(({ result }) => result) };
  const blocks = [section(head), ...pageBlocks(begun, 0, accounts).filter(({ type }) => type === "section")];
  return textModal(revertTitleOf(revert), [...blocks, ...runRows({ ...revert, state: "running" })]);
}
