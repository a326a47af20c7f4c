import { runSubject } from "../../domain/notifications/button-subject.ts";
import type { AddressedUpdate } from "../../domain/notifications/messages-with-buttons.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import type { Run } from "../../domain/runs/run.ts";
import { knownRun } from "../../operations/runs/known-run.ts";
import { loadRunCalls } from "../../operations/runs/load-run-calls.ts";
import { runsActor } from "../../operations/runs/run-events.ts";
import { alertUpdatesOf } from "../alerts/proposal-updates.ts";
import type { SlackDeps } from "../context/services.ts";
import { linkTo } from "../delivery/permalink.ts";
import { pointedTo, runUpdates } from "../runs/run-message-updates.ts";

/**
 * The updates of the messages about a run, and of those about alerts that it concerns. What is found out of a fail-back that is
 * over also changes what its failover still has.
 */
export async function updatesAboutRun(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  id: string,
): Promise<readonly AddressedUpdate[]> {
  const run = await knownRun(workspace, id);
  if (!run) return [];
  const returned =
    run.state === "done" && run.returns !== undefined ? await knownRun(workspace, run.returns) : undefined;
  return [
    ...(await updatesOf(deps, workspace, run)),
    ...(returned ? await updatesOf(deps, workspace, returned) : []),
  ];
}

async function updatesOf(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  run: Run,
): Promise<readonly AddressedUpdate[]> {
  const shown = await workspace.messagesWithButtons.about(runSubject(run.id));
  const ofAlerts = await alertUpdatesOf(deps, workspace, run, shown);
  if (shown.length === 0) return ofAlerts;
  const calls = await loadRunCalls(deps.contextFor(workspace.id, runsActor), run);
  const links = new Map<string, string>();
  for (const address of pointedTo(run, shown))
    links.set(address.channelId, await linkTo(deps, workspace.id, address));
  return [...runUpdates(run, shown, { calls, links }), ...ofAlerts];
}
