import { runSubject } from "../../domain/notifications/button-subject.ts";
import type {
  AddressedUpdate,
  MessageWithButtons,
} from "../../domain/notifications/messages-with-buttons.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import type { Run } from "../../domain/runs/run.ts";
import { knownRun } from "../../operations/runs/related-runs.ts";
import { runsActor } from "../../operations/runs/run-events.ts";
import { alertUpdatesOf } from "../alerts/proposal-updates.ts";
import type { SlackDeps } from "../context/services.ts";
import { linkTo } from "../delivery/permalink.ts";
import { loadRunNews } from "../runs/run-news.ts";
import { pointedTo, runUpdates } from "../runs/run-message-updates.ts";

/**
 * The updates of the messages about a run, and of those about alerts that it concerns. What is found out of a fail-back that is
 * over also changes what its failover still has, and those that were stopped offer to take it back while it can be.
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
  const stopped = (await workspace.runs.returnsOf(id)).filter(({ state }) => state === "stopped");
  const backs = await Promise.all(stopped.map(async (each) => knownRun(workspace, each.id)));
  const updates: AddressedUpdate[] = [];
  for (const each of [run, returned]) if (each) updates.push(...(await updatesOf(deps, workspace, each)));
  for (const back of backs) if (back) updates.push(...(await messageUpdatesOf(deps, workspace, back)));
  return updates;
}

async function updatesOf(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  run: Run,
): Promise<readonly AddressedUpdate[]> {
  const shown = await workspace.messagesWithButtons.about(runSubject(run.id));
  const ofAlerts = await alertUpdatesOf(deps, workspace, run, shown);
  return [...(await messageUpdatesOf(deps, workspace, run, shown)), ...ofAlerts];
}

async function messageUpdatesOf(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  run: Run,
  found?: readonly MessageWithButtons[],
): Promise<readonly AddressedUpdate[]> {
  const shown = found ?? (await workspace.messagesWithButtons.about(runSubject(run.id)));
  if (shown.length === 0) return [];
  const news = await loadRunNews(deps.contextFor(workspace.id, runsActor), run);
  const links = new Map<string, string>();
  for (const address of pointedTo(run, shown))
    links.set(address.channelId, await linkTo(deps, workspace.id, address));
  return runUpdates(run, shown, { ...news, links });
}
