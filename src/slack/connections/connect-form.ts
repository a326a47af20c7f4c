import type { KnownBlock, ModalView } from "@slack/types";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import { bold, cut, plainText, section } from "../block-kit/blocks.ts";
import { option, textInput } from "../forms/inputs.ts";
import type { ConnectForm } from "./connect-form-state.ts";
import { connectFormState } from "./connect-form-state.ts";

/** What to show besides the form's state. */
export interface ConnectDrawing {
  /** The connection whose key is replaced. */
  readonly replacing?: Connection | undefined;
  readonly name?: string;
  /** The text above the form: why the key was not stored. */
  readonly notice?: readonly KnownBlock[];
}

/** The connect form with the inputs that the vendor's credentials need. For an existing connection, only the key. */
export function connectView(
  form: ConnectForm,
  vendors: readonly Vendor[],
  { replacing, name, notice = [] }: ConnectDrawing = {},
): ModalView {
  const vendor = vendors.find(({ id }) => id === form.vendor);
  const blocks: KnownBlock[] = [
    ...notice,
    section(
      ":warning: Slack shows what you type in a form. To keep the key out of Slack, run `patchbay connect` on the server instead.",
    ),
    ...(replacing
      ? [section(`A new key for ${bold(replacing.name)} (${vendor?.title ?? replacing.vendor}).`)]
      : newConnection(form, vendors, name)),
    ...(vendor ? credentialInputs(vendor) : []),
  ];
  return {
    type: "modal",
    callback_id: "connect",
    private_metadata: connectFormState.encode(form),
    title: plainText(replacing ? "Replace a key" : "Connect a vendor"),
    submit: plainText(replacing ? "Test and replace" : "Test and connect"),
    close: plainText("Cancel"),
    blocks,
  };
}

/**
 * The block_id of a credential input. It includes the vendor, so that a typed key is discarded when another vendor is
 * chosen.
 */
export function credentialBlockId(vendor: Vendor, field: string): string {
  return `${field}:${vendor.id}`;
}

function newConnection(
  { vendor }: ConnectForm,
  vendors: readonly Vendor[],
  name: string | undefined,
): KnownBlock[] {
  const options = vendors.flatMap(({ id, title }) => option(title, id) ?? []);
  const chosen = options.find(({ value }) => value === vendor);
  return [
    {
      type: "input",
      block_id: "vendor",
      label: plainText("Vendor"),
      dispatch_action: true,
      element: {
        type: "static_select",
        action_id: "vendor",
        placeholder: plainText("Choose a vendor"),
        options,
        ...(chosen ? { initial_option: chosen } : {}),
      },
    },
    textInput({
      blockId: "name",
      actionId: "name",
      label: "Name",
      maxLength: 60,
      value: name,
      placeholder: "Cartesia prod",
      hint: "The name people here use for this account.",
    }),
  ];
}

function credentialInputs(vendor: Vendor): KnownBlock[] {
  return Object.entries(vendor.credentials.shape).map(([field, schema]) =>
    textInput({
      blockId: credentialBlockId(vendor, field),
      actionId: field,
      label: cut(schema.description ?? field, 75),
      maxLength: 500,
    }),
  );
}
