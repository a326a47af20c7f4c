import type { RequestContext } from "../context/request-context.ts";
import { openStart } from "../incident/incident-flow.ts";
import { showNumbersInMessage } from "../numbers/numbers-in-message.ts";
import { startReassign } from "../change/reassign-shortcut.ts";

/** A shortcut: where Slack shows it, and its handler. `text` is the visible text of the message, or empty. */
export interface Shortcut {
  readonly type: "global" | "message";
  run(req: RequestContext, text: string): Promise<void>;
}

/** Every shortcut, by its callback_id in the manifest. */
export const shortcuts: ReadonlyMap<string, Shortcut> = new Map<string, Shortcut>([
  ["reassign_number", { type: "global", run: async (req) => startReassign(req) }],
  ["numbers_in_message", { type: "message", run: showNumbersInMessage }],
  ["start_incident", { type: "message", run: openStart }],
]);
