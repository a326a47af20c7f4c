import { openChangeForm } from "./open-change-form.ts";
import type { RequestContext } from "../context/request-context.ts";

/** The global shortcut: opens an empty form for the most common change. */
export async function startReassign(req: RequestContext): Promise<void> {
  await openChangeForm(req, "reassign", {});
}
