import { openChangeForm } from "../change-flow.ts";
import type { Desk } from "../desk.ts";

/** The global shortcut: the form that is needed most, with nothing in it yet. */
export async function startReassign(at: Desk): Promise<void> {
  await openChangeForm(at, "reassign", {});
}
