import type { Fallback } from "../../domain/alerts/fallback.ts";
import type { Proposal } from "../../domain/alerts/proposal.ts";
import { proposalSubject } from "../../domain/notifications/button-subject.ts";
import { liveRunFor } from "../../operations/alerts/find-fallback.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { Message } from "../block-kit/blocks.ts";
import { notificationContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";
import { announceInChannel, deliver } from "../delivery/deliver.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { proposalMessage, reminderMessage, resolvedMessage } from "./proposal-message.ts";

/** See `Notifier.alertsProposed`. */
export async function notifyProposed(deps: SlackDeps, ctx: Context, proposal: Proposal): Promise<boolean> {
  const { id, mapping } = proposal;
  const { workspace, requestId } = ctx;
  const subject = proposalSubject(id);
  if (!proposal.isPosted) {
    const run = await liveRunFor(workspace.runs, proposal);
    // One that was posted before its server ended is found by its address.
    if ((await workspace.messagesWithButtons.about(subject)).length === 0)
      await announceInChannel(deps, {
        workspaceId: workspace.id,
        channelId: mapping.channelId,
        message: formatted(deps, proposal, () => proposalMessage(proposal, run)),
        requestId,
        act: { kind: "proposal", proposalId: id },
      });
    await workspace.proposals.notePosted(id);
    return true;
  }
  // A storm must not fill the outbox while Slack takes nothing: the update that follows shows all of it.
  for (const { address } of await workspace.messagesWithButtons.about(subject))
    if (
      await deps.store.outbox.hasPending(workspace.id, {
        channelId: address.channelId,
        messageTs: address.ts,
      })
    )
      return false;
  await deps.checkButtonsNow(workspace.id, subject);
  return true;
}

/** See `Notifier.alertsResolved`. */
export async function notifyResolved(
  deps: SlackDeps,
  ctx: Context,
  proposal: Proposal,
  fallback: Fallback,
): Promise<void> {
  const { id: proposalId } = proposal;
  await announceInChannel(deps, {
    workspaceId: ctx.workspace.id,
    channelId: proposal.mapping.channelId,
    message: formatted(deps, proposal, () => resolvedMessage(proposal, fallback)),
    requestId: ctx.requestId,
    ...(fallback.kind === "run"
      ? { act: { kind: "fallback", proposalId, runId: fallback.runId, plan: fallback.plan } }
      : {}),
  });
}

/** See `Notifier.fallbackReminder`. */
export async function remindOfFallback(
  deps: SlackDeps,
  ctx: Context,
  proposal: Proposal,
  { fallback, userId }: { readonly fallback: Fallback; readonly userId: string },
): Promise<void> {
  const req = await notificationContext(deps, ctx, { userId });
  if (!req) return;
  await deliver(deps, {
    workspaceId: ctx.workspace.id,
    clients: req.clients,
    conversation: { userId },
    message: formatted(deps, proposal, () => reminderMessage(proposal, fallback)),
    requestId: ctx.requestId,
  });
}

function formatted(deps: SlackDeps, { id }: Proposal, make: () => Message): Message {
  return formatOrFallback(deps, { what: `what alerts propose (${id})`, ids: { proposal: id } }, make);
}
