import type { types } from "@slack/bolt";
import { call, type Pair } from "./tiny-app.ts";

type ModalView = types.ModalView;
type InputBlock = types.InputBlock;

/** A plain_text object. */
export const plain = (text: string): types.PlainTextElement => ({ type: "plain_text", text });
/** An input block that has its element's name. */
export const input = (
  id: string,
  element: InputBlock["element"],
  more: Partial<InputBlock> = {},
): InputBlock => ({
  type: "input",
  block_id: id,
  label: plain(`The ${id}`),
  element: { action_id: id, ...element },
  ...more,
});
/** A form with these blocks. */
export const form = (...blocks: types.KnownBlock[]): ModalView => ({
  type: "modal",
  callback_id: "form",
  private_metadata: "U1 stays as it is",
  title: plain("A form"),
  submit: plain("Go"),
  notify_on_close: true,
  blocks,
});
/** An input that a person types into. */
export const reason = input("reason", { type: "plain_text_input" });
/** A menu that requests its options from the app and reports a choice immediately. */
export const number = input(
  "number",
  { type: "external_select", min_query_length: 0 },
  { dispatch_action: true },
);

/** Makes the app acknowledge commands, and opens a form for U1 through one. */
export async function opened({ sandbox, app }: Pair, view: ModalView): Promise<Record<string, unknown>> {
  app.command("/number", async ({ ack }) => ack());
  const { payload } = await sandbox.as("T1", "U1").command("open");
  return call(sandbox, "views.open", { trigger_id: payload["trigger_id"], view });
}
