import { runSubject } from "../../domain/notifications/button-subject.ts";
import type { AddressedUpdate } from "../../domain/notifications/messages-with-buttons.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import { knownRun } from "../../operations/runs/known-run.ts";
import { loadRunCalls } from "../../operations/runs/load-run-calls.ts";
import { runsActor } from "../../operations/runs/run-events.ts";
import { alertUpdatesOf } from "../alerts/proposal-updates.ts";
import type { SlackDeps } from "../context/services.ts";
import { linkTo } from "../delivery/permalink.ts";
import { pointedTo, runUpdates } from "../runs/run-message-updates.ts";

/** The updates of the messages about a run, and of those about alerts that it concerns. */
export async function updatesAboutRun(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  id: string,
): Promise<readonly AddressedUpdate[]> {
  const run = await knownRun(workspace, id);
  if (!run) return [];
  const shown = await workspace.messagesWithButtons.about(runSubject(id));
  const ofAlerts = await alertUpdatesOf(deps, workspace, run, shown);
  if (shown.length === 0) return ofAlerts;
  const calls = await loadRunCalls(deps.contextFor(workspace.id, runsActor), run);
  const links = new Map<string, string>();
  for (const address of pointedTo(run, shown))
    links.set(address.channelId, await linkTo(deps, workspace.id, address));
  return [...runUpdates(run, shown, { calls, links }), ...ofAlerts];
}
