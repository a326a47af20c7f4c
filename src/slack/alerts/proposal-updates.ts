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
import { proposalMessage, resolvedMessage, returningMessage } from "./proposal-message.ts";

type FallbackSubject = ButtonSubject & { readonly kind: "fallback" };

/** The updates of the message about what alerts propose, if it says something else by now. */
export async function proposalUpdates(
  workspace: WorkspaceStore,
  proposal: Proposal,
): Promise<readonly AddressedUpdate[]> {
  const found = await workspace.messagesWithButtons.about(proposalSubject(proposal.id));
  if (found.length === 0) return [];
  const message = proposalMessage(proposal, await liveRunFor(workspace.runs, proposal));
  return found.flatMap(({ address, act, message: shown }) => {
    if (JSON.stringify(shown) === JSON.stringify(message)) return [];
    return [{ address, message, rest: { act, message }, madeFrom: shown }];
  });
}

/** The updates of the messages about alerts that a run concerns: of what proposed it, and of those that offer its way back. */
export async function alertUpdatesOf(
  workspace: WorkspaceStore,
  { incident }: Pick<Run, "incident">,
  found: readonly MessageWithButtons[],
): Promise<readonly AddressedUpdate[]> {
  const proposals = incident === undefined ? [] : await workspace.proposals.ofIncident(incident);
  const updates: AddressedUpdate[] = [];
  for (const proposal of proposals) updates.push(...(await proposalUpdates(workspace, proposal)));
  for (const { address, act, message: madeFrom } of found) {
    const update = act.kind === "fallback" && (await fallbackUpdate(workspace, act, madeFrom));
    if (update) updates.push({ ...update, address, madeFrom });
  }
  return updates;
}

/** What the message says that offered the way back, once somebody has taken it, or it was stopped. */
async function fallbackUpdate(
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
    : returningMessage(proposal, back);
  if (JSON.stringify(message) === JSON.stringify(shown)) return undefined;
  return back.state === "done"
    ? { message }
    : { message, rest: { act: { ...act, backId: back.id }, message } };
}
