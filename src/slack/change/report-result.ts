import type { KnownBlock } from "@slack/types";
import { isResultSettled } from "../../domain/changes/change-record.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { ReplyTarget } from "../../domain/notifications/reply-target.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import type { ChangeResult } from "../../operations/change/change-number.ts";
import { deliver } from "../delivery/deliver.ts";
import { actions, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal } from "../forms/finish-modal.ts";
import type { ChangeForm } from "./change-form-state.ts";
import { isUndoable, resultBlocks, resultMessage, resultWords } from "../outcome/result-message.ts";
import { undoButton } from "../block-kit/restore-buttons.ts";
import { notifyBreakGlass } from "../approval/notify-break-glass.ts";
import type { OpenedView } from "../forms/modals.ts";
import { textModal } from "../forms/text-modal.ts";

const notAnnounced = ":warning: This conversation could *not* be notified. Please post it yourself.";

const notThere = (channelId: string): string =>
  `:warning: Patchbay cannot post in <#${channelId}>, so only you were told. Invite it there with \`/invite\`, or post it yourself.`;

const announcedLater =
  ":clock3: Slack is not accepting messages. Patchbay will post the result to the conversation as soon as it can.";

/** A submitted form: its title, and where it was opened. */
export interface SubmittedForm {
  readonly title: string;
  readonly from: ChangeForm["from"];
}

/**
 * Reports the result of a submitted change in its form, and then in the conversation. If nobody could be notified, or
 * the outcome is unknown, the pending notification stays stored.
 */
export async function reportResult(
  req: RequestContext,
  opened: OpenedView,
  { title, from }: SubmittedForm,
  result: ChangeResult,
  { replyTo, runbook }: { readonly replyTo: ReplyTarget | undefined; readonly runbook: string | undefined },
): Promise<void> {
  const { userId } = req.conversation;
  const { changeId, outcomeRecorded } = result;
  const vendor = req.deps.accounts.vendor(result.connection.vendor);
  const key = keyOfResult(result);
  const blocks: readonly KnownBlock[] = [
    ...resultBlocks(resultWords(result, vendor, userId, runbook)),
    ...(isUndoable(result) && outcomeRecorded ? [actions([undoButton(changeId)])] : []),
  ];
  await finishModal(req, opened, textModal(title, blocks, from));
  const { deliveredTo, message } = await deliver(req.deps, {
    workspaceId: req.ctx.workspace.id,
    clients: req.clients,
    conversation: req.in(from).conversation,
    message: resultMessage(result, vendor, userId, runbook),
    requestId: req.ctx.requestId,
    act: {
      kind: "change",
      changeId,
      key,
    },
  });
  const isUnsettled = !isResultSettled(result);
  if (!isUnsettled && deliveredTo !== "nobody")
    await notePending(req, async (pending) => pending.notifications.forget(changeId));
  else if (message)
    await notePending(req, async (pending) =>
      pending.notifications.keep(changeId, { ...replyTo, userId, message }),
    );
  // After the report, so that the reconciler's report comes later and in the same place.
  if (isUnsettled) req.ctx.reconcileLater(changeId);
  if (result.policyDecision.details["breakGlass"] === "yes") await notifyBreakGlass(req, result);
  if (deliveredTo === "conversation" || from.channelId === undefined) return;
  const undelivered = section(
    { later: announcedLater, person: notThere(from.channelId), nobody: notAnnounced }[deliveredTo],
  );
  await finishModal(req, opened, textModal(title, [...blocks, undelivered], from));
}

/** The key of the number that was changed. */
export const keyOfResult = ({ connection, before }: ChangeResult): NumberKey => ({
  connectionId: connection.id,
  numberId: before.id,
});

/** The address of a number's runbook. The result is reported even if that cannot be read, so a failure is only logged. */
export async function runbookOf({ ctx }: RequestContext, key: NumberKey): Promise<string | undefined> {
  try {
    return await ctx.workspace.runbooks.of(key);
  } catch (error) {
    if (!isProblem(error)) throw error;
    ctx.log.error({ requestId: ctx.requestId, err: error }, "runbook not read");
    return undefined;
  }
}

/** Stores the pending notification after a report. The result is already on record, so a failure is only logged. */
export async function notePending(
  req: RequestContext,
  write: (workspace: WorkspaceStore) => Promise<unknown>,
): Promise<void> {
  const { workspace, requestId, log } = req.ctx;
  try {
    await write(workspace);
  } catch (error) {
    if (!isProblem(error)) throw error;
    log.error({ requestId, err: error }, "reply target not stored");
  }
}
