import { openChangeForm } from "./open-change-form.ts";
import type { Desk } from "../context/request-context.ts";

/** The global shortcut: the form that is needed most, with nothing in it yet. */
export async function startReassign(at: Desk): Promise<void> {
  await openChangeForm(at, "reassign", {});
}
