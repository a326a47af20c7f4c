import type { Proposal } from "../../domain/alerts/proposal.ts";
import type {
  AddressedUpdate,
  MessageUpdate,
  MessageWithButtons,
} from "../../domain/notifications/messages-with-buttons.ts";
import type { MessageAddress } from "../../domain/notifications/reply-target.ts";
import { proposalSubject, type KnownLink } from "../../domain/notifications/button-subject.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import { leftToFailBack } from "../../domain/runs/fail-back.ts";
import type { Run } from "../../domain/runs/run.ts";
import { liveRunFor, proposesPlan } from "../../operations/alerts/find-fallback.ts";
import { knownRun } from "../../operations/runs/related-runs.ts";
import type { SlackDeps } from "../context/services.ts";
import { linkTo } from "../delivery/permalink.ts";
import { progressMessages } from "../runs/run-message-updates.ts";
import { proposalMessage, resolvedMessage, returningMessage } from "./proposal-message.ts";

/** The updates of the message about what alerts propose, if it says something else by now. */
export async function proposalUpdates(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  proposal: Proposal,
): Promise<readonly AddressedUpdate[]> {
  const found = await workspace.messagesWithButtons.about(proposalSubject(proposal.id));
  if (found.length === 0) return [];
  const live = await liveRunFor(workspace.runs, proposal);
  const run = proposal.state === "resolved" && !isStillSwitching(live) ? undefined : live;
  const updates: AddressedUpdate[] = [];
  for (const { address, act: noted, message: madeFrom } of found) {
    if (noted.kind !== "proposal") continue;
    const link = run && (await linkToRun(deps, workspace, { address, runId: run.id, known: noted.link }));
    const message = proposalMessage(proposal, run && { ...run, link: link?.text });
    if (JSON.stringify(madeFrom) === JSON.stringify(message)) continue;
    updates.push({ address, message, rest: { act: { ...noted, link }, message }, madeFrom });
  }
  return updates;
}

/** Until it is through, no message offers the way back. */
function isStillSwitching(run: Pick<Run, "kind" | "state"> | undefined): boolean {
  return run?.kind === "failover" && run.state === "running";
}

/**
 * The updates of the messages about alerts that a run concerns: those that propose its plan, even if the run was begun
 * elsewhere, and those that offer its way back.
 */
export async function alertUpdatesOf(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  { terms: { plan } }: Pick<Run, "terms">,
  found: readonly MessageWithButtons[],
): Promise<readonly AddressedUpdate[]> {
  const open = plan === undefined ? [] : await workspace.proposals.unresolved();
  const updates: AddressedUpdate[] = [];
  for (const proposal of open)
    if (proposesPlan(proposal, plan?.slug))
      updates.push(...(await proposalUpdates(deps, workspace, proposal)));
  for (const noted of found) {
    const update = await fallbackUpdate(deps, workspace, noted);
    if (update) updates.push({ ...update, address: noted.address, madeFrom: noted.message });
  }
  return updates;
}

/** What the message says that offered the way back, once somebody has taken it, or it has left numbers. */
async function fallbackUpdate(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  { address, act, message: shown }: MessageWithButtons,
): Promise<MessageUpdate | undefined> {
  if (act.kind !== "fallback") return undefined;
  const { proposalId, plan, runId } = act;
  const proposal = await workspace.proposals.find(proposalId);
  const live = (await workspace.runs.live()).findLast(({ returns }) => returns === runId);
  const backId = live?.id ?? act.backId;
  const back = backId === undefined ? undefined : await knownRun(workspace, backId);
  if (!proposal || !back) return undefined;
  const isOver = back.state === "done" && leftToFailBack(back).length === 0;
  const isOffered = !isOver && (back.state === "done" || back.state === "stopped");
  const link = isOffered
    ? undefined
    : await linkToRun(deps, workspace, { address, runId: back.id, known: act.link });
  const message = isOffered
    ? resolvedMessage(proposal, {
        kind: "run",
        runId,
        plan,
        ...(back.state === "stopped" ? { isBackStopped: true } : {}),
      })
    : returningMessage(proposal, { ...back, link: link?.text });
  if (JSON.stringify(message) === JSON.stringify(shown)) return undefined;
  return isOver ? { message } : { message, rest: { act: { ...act, backId: back.id, link }, message } };
}

/** The link to the newest message about a run in the channel of a message; the known one while Slack does not say it. */
async function linkToRun(
  deps: SlackDeps,
  { id, messagesWithButtons }: WorkspaceStore,
  of: { readonly address: MessageAddress; readonly runId: string; readonly known: KnownLink | undefined },
): Promise<KnownLink | undefined> {
  const shown = await progressMessages(messagesWithButtons, of.runId);
  const newest = shown.find(({ address }) => address.channelId === of.address.channelId)?.address;
  if (!newest || newest.ts === of.known?.ts) return newest && of.known;
  const text = await linkTo(deps, id, newest);
  return text === "" ? of.known : { ts: newest.ts, text };
}
