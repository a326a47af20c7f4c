import type { Approval } from "../domain/approval.ts";
import { isSettled } from "../domain/change-record.ts";
import { isProblem } from "../domain/problem.ts";
import type { CarriedOut } from "../operations/carry-out-approval.ts";
import { announce } from "./announce.ts";
import { takeAnswerUrl } from "./answer-urls.ts";
import type { Message } from "./block-kit.ts";
import type { Desk } from "./desk.ts";
import { redrawHomeOf } from "./home/home.ts";
import { aboutApproval, inWords } from "./in-words.ts";
import { decidedMessage, decisionMessage } from "./messages/approval.ts";
import { resultMessage } from "./messages/change-result.ts";
import { outcomeMessage } from "./messages/change-outcome.ts";
import { problemText } from "./messages/problem.ts";
import { slackError } from "./show-view.ts";
import { tellForm } from "./tell-outcome.ts";

/** Tells everybody who was asked, and who asked, that a request was declined or nobody decided on it in time. */
export async function tellClosed(at: Desk, approval: Approval): Promise<void> {
  await Promise.all([
    updateAsked(at, approval, decided(at, approval, "Nothing was changed.")),
    tellAsker(at, approval, decision(at, approval)),
  ]);
}

/** Tells everybody who was asked, and who asked, what became of an approved change. Then nothing more is owed for it. */
export async function tellCarriedOut(at: Desk, approval: Approval, became: CarriedOut): Promise<void> {
  const { services, ctx } = at;
  const { asked, id } = approval;
  const { userId, changeId } = asked;
  if (became.kind === "refused") {
    const why = problemText({ problem: became.problem, known: true });
    await Promise.all([
      updateAsked(at, approval, decided(at, approval, why)),
      tellAsker(at, approval, decision(at, approval, why)),
    ]);
    return;
  }
  const { accounts } = services;
  const told = inWords(services, aboutApproval(at, approval), () =>
    became.kind === "changed"
      ? resultMessage(became.result, accounts.vendor(became.result.connection.vendor), userId)
      : outcomeMessage(became.record, accounts),
  );
  const outcome = became.kind === "changed" ? became.result.outcome : became.record.outcome?.outcome;
  const unsettled =
    became.kind === "changed"
      ? (outcome === "unknown" && !became.result.isUnprovable) || !became.result.outcomeRecorded
      : !isSettled(became.record);
  const [message] = await Promise.all([
    tellAsker(at, approval, told, unsettled),
    updateAsked(at, approval, decided(at, approval, outcomeWords(outcome, changeId))),
  ]);
  if (unsettled) {
    // Whoever settles it updates this message.
    await noted(at, async () =>
      ctx.workspace.said.keep(changeId, {
        userId,
        channelId: asked.channelId,
        threadTs: asked.threadTs,
        viewId: asked.viewId,
        message,
      }),
    );
  }
  await noted(at, async () => ctx.workspace.approvals.end(id));
  if (unsettled) ctx.settleLater(changeId);
}

function decided(at: Desk, approval: Approval, became: string): Message {
  const { services } = at;
  return inWords(services, aboutApproval(at, approval), () =>
    decidedMessage(approval, services.accounts, became),
  );
}

function decision(at: Desk, approval: Approval, why?: string): Message {
  const { services } = at;
  return inWords(services, aboutApproval(at, approval), () =>
    decisionMessage(approval, services.accounts, why),
  );
}

function outcomeWords(outcome: "applied" | "refused" | "unknown" | undefined, changeId: string): string {
  switch (outcome) {
    case "applied":
      return `It took effect: change \`${changeId}\`.`;
    case "refused":
      return `It was sent and did *not* take effect: change \`${changeId}\`.`;
    case "unknown":
    case undefined:
      return `It was sent, and it is unknown whether it took effect: change \`${changeId}\` is being looked at.`;
  }
}

/**
 * Puts other words into every message that asked for an approval, all at once: where Slack does not take one of them,
 * nobody waits for it to give up. Never throws.
 */
export async function updateAsked(at: Desk, { messages }: Approval, message: Message): Promise<void> {
  const { requestId, log } = at.ctx;
  const updates = messages.map(async ({ channelId: channel, ts }) => {
    try {
      await at.clients.patient.chat.update({ channel, ts, ...message });
    } catch (error) {
      log.warn({ requestId, slack: slackError(error), err: error }, "request not updated");
    }
  });
  await Promise.all(updates);
}

async function tellAsker(
  at: Desk,
  { asked, id }: Approval,
  message: Message,
  toBeUpdated = false,
): Promise<{ readonly channelId: string; readonly ts: string } | undefined> {
  const { userId, channelId, threadTs, viewId } = asked;
  const [announced] = await Promise.all([
    announce(at.services, {
      workspaceId: at.ctx.workspace.id,
      clients: at.clients,
      conversation: { userId, channelId, threadTs, responseUrl: takeAnswerUrl(id) },
      message,
      requestId: at.ctx.requestId,
      toBeUpdated,
    }),
    tellForm(at.services, at.clients, { userId, viewId }, message, id),
  ]);
  await redrawHomeOf(at.services, at.installed, { userId, channelId, requestId: at.ctx.requestId });
  return announced.message;
}

/** Notes what was told; the change is on record by now, so failing here is for the log, and for the next start. */
async function noted(at: Desk, note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    if (!isProblem(error)) throw error;
    at.ctx.log.error({ requestId: at.ctx.requestId, err: error }, "not noted that an approval was told");
  }
}
