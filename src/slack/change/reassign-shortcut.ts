import { openChangeForm } from "./open-change-form.ts";
import type { RequestContext } from "../context/request-context.ts";

/** The global shortcut: the form that is needed most, with nothing in it yet. */
export async function startReassign(req: RequestContext): Promise<void> {
  await openChangeForm(req, "reassign", {});
}
