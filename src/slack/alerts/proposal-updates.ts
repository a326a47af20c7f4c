import type { Proposal } from "../../domain/alerts/proposal.ts";
import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import type {
  AddressedUpdate,
  MessageUpdate,
  MessageWithButtons,
} from "../../domain/notifications/messages-with-buttons.ts";
import { proposalSubject } from "../../domain/notifications/button-subject.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import type { Run } from "../../domain/runs/run.ts";
import { liveRunFor } from "../../operations/alerts/find-fallback.ts";
import { knownRun } from "../../operations/runs/known-run.ts";
import type { SlackDeps } from "../context/services.ts";
import { linkTo } from "../delivery/permalink.ts";
import { progressMessages } from "../runs/run-message-updates.ts";
import { proposalMessage, resolvedMessage, returningMessage } from "./proposal-message.ts";

type FallbackSubject = ButtonSubject & { readonly kind: "fallback" };

/** The updates of the message about what alerts propose, if it says something else by now. */
export async function proposalUpdates(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  proposal: Proposal,
): Promise<readonly AddressedUpdate[]> {
  const found = await workspace.messagesWithButtons.about(proposalSubject(proposal.id));
  if (found.length === 0) return [];
  const run = await liveRunFor(workspace.runs, proposal);
  const message = proposalMessage(proposal, run && (await withLink(deps, workspace, proposal, run)));
  return found.flatMap(({ address, act, message: shown }) => {
    if (JSON.stringify(shown) === JSON.stringify(message)) return [];
    return [{ address, message, rest: { act, message }, madeFrom: shown }];
  });
}

/** The updates of the messages about alerts that a run concerns: of what proposed it, and of those that offer its way back. */
export async function alertUpdatesOf(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  { incident }: Pick<Run, "incident">,
  found: readonly MessageWithButtons[],
): Promise<readonly AddressedUpdate[]> {
  const proposals = incident === undefined ? [] : await workspace.proposals.ofIncident(incident);
  const updates: AddressedUpdate[] = [];
  for (const proposal of proposals) updates.push(...(await proposalUpdates(deps, workspace, proposal)));
  for (const { address, act, message: madeFrom } of found) {
    const update = act.kind === "fallback" && (await fallbackUpdate(deps, workspace, act, madeFrom));
    if (update) updates.push({ ...update, address, madeFrom });
  }
  return updates;
}

/** What the message says that offered the way back, once somebody has taken it, or it was stopped. */
async function fallbackUpdate(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  act: FallbackSubject,
  shown: unknown,
): Promise<MessageUpdate | undefined> {
  const proposal = await workspace.proposals.find(act.proposalId);
  const live = (await workspace.runs.live()).findLast(({ returns }) => returns === act.runId);
  const back = live ?? (act.backId === undefined ? undefined : await knownRun(workspace, act.backId));
  if (!proposal || !back) return undefined;
  const { numbers, plan, runId } = act;
  const isOffered = back.state === "stopped";
  const message = isOffered
    ? resolvedMessage(proposal, { kind: "run", runId, plan, numbers })
    : returningMessage(proposal, await withLink(deps, workspace, proposal, back));
  if (JSON.stringify(message) === JSON.stringify(shown)) return undefined;
  return back.state === "done"
    ? { message }
    : { message, rest: { act: { ...act, backId: back.id }, message } };
}

/** A run with a link to the newest message about it in the proposal's channel. */
async function withLink<Shown extends Pick<Run, "id">>(
  deps: SlackDeps,
  { id, messagesWithButtons }: WorkspaceStore,
  { mapping: { channelId } }: Proposal,
  run: Shown,
): Promise<Shown & { readonly link: string }> {
  const shown = await progressMessages(messagesWithButtons, run.id);
  const newest = shown.find(({ address }) => address.channelId === channelId);
  return { ...run, link: await linkTo(deps, id, newest?.address) };
}
