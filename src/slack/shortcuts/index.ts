import type { Desk } from "../desk.ts";
import { showNumbersInMessage } from "./numbers-in-message.ts";
import { startReassign } from "./reassign-number.ts";

/** What each shortcut does, by the callback_id that the manifest gives it; `text` is that of the message, if any. */
export const shortcuts: ReadonlyMap<string, (at: Desk, text: string) => Promise<void>> = new Map([
  ["reassign_number", async (at: Desk) => startReassign(at)],
  ["numbers_in_message", showNumbersInMessage],
]);
