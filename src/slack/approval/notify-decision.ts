import type { Act } from "../../domain/act.ts";
import type { Approval } from "../../domain/approval.ts";
import { isSettled } from "../../domain/change-record.ts";
import { isProblem } from "../../domain/problem.ts";
import type { CarriedOut } from "../../operations/approval/execute-approved-change.ts";
import { announce } from "../delivery/deliver.ts";
import { takeAnswerUrl } from "../delivery/response-url-cache.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { redrawHomeOf } from "../status/app-home.ts";
import { aboutApproval, inWords } from "../delivery/format-or-fallback.ts";
import { decidedMessage, decisionMessage } from "./approval-message.ts";
import { resultMessage } from "../outcome/result-message.ts";
import { outcomeMessage } from "../outcome/outcome-message.ts";
import { problemText } from "../block-kit/problem-message.ts";
import { tellForm } from "../outcome/notify-outcome.ts";
import { actsOrder } from "../delivery/act-messages.ts";

/** Tells who asked that a request was declined or nobody decided on it in time. */
export async function tellClosed(at: Desk, approval: Approval): Promise<void> {
  await tellAsker(at, approval, decision(at, approval));
}

/**
 * Tells who asked what became of an approved change; those who were asked read it in the messages that asked them, which
 * `act-updates.ts` puts right. Then nothing more is owed for it.
 */
export async function tellCarriedOut(at: Desk, approval: Approval, became: CarriedOut): Promise<void> {
  const { services, ctx } = at;
  const { asked, id } = approval;
  const { userId, changeId } = asked;
  if (became.kind === "refused") {
    const why = problemText({ problem: became.problem, known: true });
    await Promise.all([
      updateRefused(at, approval, why),
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
  const unsettled =
    became.kind === "changed"
      ? (became.result.outcome === "unknown" && !became.result.isUnprovable) || !became.result.outcomeRecorded
      : !isSettled(became.record);
  const message = await tellAsker(at, approval, told, changeAct(asked));
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

function decision(at: Desk, approval: Approval, why?: string): Message {
  const { services } = at;
  return inWords(services, aboutApproval(at, approval), () =>
    decisionMessage(approval, services.accounts, why),
  );
}

/**
 * What was approved and then refused is on record as a refusal like any other, so that its reason is put here into every
 * message that asked for it. Never throws.
 */
async function updateRefused(at: Desk, approval: Approval, why: string): Promise<void> {
  const { services, ctx } = at;
  const { id: workspaceId, actMessages, approvals } = ctx.workspace;
  const message = inWords(services, aboutApproval(at, approval), () =>
    decidedMessage(approval, services.accounts, why),
  );
  await noted(at, async () =>
    services.inOrder(actsOrder(workspaceId), async () => {
      const { messages } = (await approvals.find(approval.id)) ?? approval;
      for (const address of messages) await actMessages.update(address, { message });
    }),
  );
  services.sayLater(workspaceId);
}

function changeAct({ changeId, key }: Approval["asked"]): Act {
  return { kind: "change", changeId, key };
}

async function tellAsker(
  at: Desk,
  { asked, id }: Approval,
  message: Message,
  act?: Act,
): Promise<{ readonly channelId: string; readonly ts: string } | undefined> {
  const { userId, channelId, threadTs, viewId } = asked;
  const [announced] = await Promise.all([
    announce(at.services, {
      workspaceId: at.ctx.workspace.id,
      clients: at.clients,
      conversation: { userId, channelId, threadTs, responseUrl: takeAnswerUrl(id) },
      message,
      requestId: at.ctx.requestId,
      act,
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
