import type { InputBlock, KnownBlock, ModalView } from "@slack/types";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import {
  actions,
  button,
  context,
  cut,
  escape,
  limits,
  plainText,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { type ChangeForm, type FormNumber, changeFormState } from "./change-form-state.ts";
import type { ListedNumber } from "../../operations/numbers/listed-number.ts";
import { encodeDraft } from "../forms/change-draft.ts";
import { expiryInputs } from "../forms/expiry-input.ts";
import { reasonInput } from "../forms/reason-input.ts";
import { channelInput } from "../settings/inputs.ts";
import { typeahead, type FormValues } from "../forms/inputs.ts";
import { writeFrom } from "../forms/private-metadata.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberLabel } from "../block-kit/number-title.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";
import {
  breakGlassBlocks,
  isOpenToChange,
  restrictionBlocks,
  submitText,
  type RestrictionState,
} from "../forms/form-restrictions.ts";
import { incidentInput } from "../forms/incident-input.ts";

/** The action_id of the input for the channel to notify. */
export const channelToTellId = "tell";

/** What to show besides the state. */
export interface Drawing {
  readonly values?: FormValues;
  /** A text above the form: what could not be found or read. */
  readonly notice?: string | undefined;
  /** The connections with problems, a line each. */
  readonly trouble?: readonly string[];
  /** Numbers to choose from, as buttons. */
  readonly choices?: readonly ListedNumber[];
  readonly reading?: boolean;
  /** The open incidents, as text. */
  readonly openIncidents?: string | undefined;
  /** The number that could not be read, for a retry button. */
  readonly unread?: NumberKey;
}

/** The empty form, opened before any request. */
export function skeletonView(kind: ChangeFormKind, form: ChangeForm): ModalView {
  return frame(kind, form, {
    state: writeFrom(form.from),
    blocks: [section(":hourglass_flowing_sand: One moment…")],
  });
}

/** The form for the person to fill in. */
export function changeView(
  kind: ChangeFormKind,
  form: ChangeForm,
  vendor: Vendor | undefined,
  drawing: Drawing,
): ModalView {
  const { values = {}, notice, trouble = [], choices = [], reading = false, unread } = drawing;
  const { number } = form;
  const unavailable = vendor && (kind.unavailable?.(vendor) ?? obstacleText(number));
  const isOpen = unavailable === undefined && isOpenToChange(restrictionsOf(form));
  const another = button("open_form", "Another number", encodeDraft({ verb: form.verb, wish: {} }));
  const blocks: KnownBlock[] = [];
  if (notice) blocks.push(section(notice));
  if (trouble.length > 0) blocks.push(context(trouble.join("\n")));
  if (unread)
    blocks.push(actions([button("pick:again", "Try again", numberValue.encode(unread), "primary")]));
  if (choices.length > 0) blocks.push(choiceButtons(choices));
  if (isOpen) blocks.push(numberInput(form));
  if (reading) blocks.push(context(":hourglass_flowing_sand: Reading who answers now…"));
  if (number && vendor) {
    blocks.push(
      ...(isOpen ? [] : [section(number.title)]),
      ...(unavailable === undefined
        ? restrictionBlocks(restrictionsOf(form), [another])
        : [section(unavailable), actions([another])]),
      section(`*Now:* ${number.now ?? `${number.answers} answers`}.`),
      context(`Read from ${escape(number.connection)} (${vendor.title}) ${slackDate(number.readAt)}`),
    );
  }
  if (number && vendor && isOpen) {
    blocks.push(...kind.inputs(number, vendor, values));
    const after = kind.after(number, vendor, values);
    if (after) blocks.push(section(`*After:* ${after}`));
    blocks.push(
      reasonInput(values, form),
      ...expiryInputs(values, number.readAt),
      incidentInput(values, drawing.openIncidents),
      ...(form.from.channelId === undefined ? [channelToTell()] : []),
    );
  }
  if (number && vendor && unavailable === undefined) blocks.push(...breakGlassBlocks(restrictionsOf(form)));
  const state = changeFormState.encode(form);
  return frame(kind, form, { state, blocks, submit: isOpen });
}

/** Why a number cannot be changed like this, in mrkdwn. */
export function obstacleText(number: FormNumber | undefined): string | undefined {
  return number?.obstacle === undefined ? undefined : `:no_entry: ${escape(number.obstacle)}`;
}

/** The form between its submission and the result. */
export function workingView(kind: ChangeFormKind, form: ChangeForm): ModalView {
  const words = section(`:hourglass_flowing_sand: Working… ${form.number?.title ?? ""}`);
  return frame(kind, form, { state: writeFrom(form.from), blocks: [words], close: "Close" });
}

/** The channel to notify of a change whose form was opened outside of channels. */
function channelToTell(): InputBlock {
  return channelInput(
    channelToTellId,
    "Channel to tell",
    undefined,
    "Patchbay posts the result there, if it is in that channel. Without one, only you are told.",
  );
}

/** The block_id of the number input. It changes when a button sets the number. */
export function numberBlockId(form: ChangeForm): string {
  return `number:${form.revision}`;
}

/** The value of the chosen option in the number input. */
export function numberOption(number: FormNumber): string {
  return number.option ?? numberValue.encode(number);
}

function restrictionsOf({ number, breakGlass }: ChangeForm): RestrictionState {
  return { standing: number?.standing, breakGlass };
}

function numberInput(form: ChangeForm): InputBlock {
  const { number } = form;
  return typeahead({
    blockId: numberBlockId(form),
    actionId: "number",
    label: "Number",
    placeholder: "Name, digits or agent",
    dispatch: true,
    chosen: number && { value: numberOption(number), label: number.label },
  });
}

function choiceButtons(choices: readonly ListedNumber[]): KnownBlock {
  return actions(
    choices
      .slice(0, 10)
      .map(({ key, number, connection }, at) =>
        button(
          `pick:${at}`,
          cut(`${numberLabel(number)} · ${connection.name}`, limits.buttonText),
          numberValue.encode(key),
        ),
      ),
  );
}

interface Framed {
  readonly state: string;
  readonly blocks: KnownBlock[];
  readonly submit?: boolean;
  readonly close?: string;
}

function frame(
  kind: ChangeFormKind,
  form: ChangeForm,
  { state, blocks, submit = false, close = "Cancel" }: Framed,
): ModalView {
  return {
    type: "modal",
    callback_id: kind.verb,
    private_metadata: state,
    title: plainText(kind.title),
    close: plainText(close),
    ...(submit ? { submit: plainText(submitText(restrictionsOf(form), kind.submit)) } : {}),
    blocks,
  };
}
