import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { isSettled } from "../../domain/changes/change-record.ts";
import type { Context } from "../shared/context.ts";
import type { Notifier } from "./notifier.ts";

/**
 * Reports the outcome of a change to the person who waits for it, if anybody does. Until the outcome is final, they go
 * on waiting, and the next report updates the message of this one.
 */
export async function reportOutcome(ctx: Context, record: ChangeRecord, notifier: Notifier): Promise<void> {
  const { changeId } = record.requested;
  const { notifications } = ctx.workspace;
  const replyTo = changeId === undefined ? undefined : await notifications.find(changeId);
  if (!replyTo || changeId === undefined) return;
  const { isDelivered, message } = await notifier.changeSettled(ctx, record, replyTo);
  if (isDelivered && isSettled(record)) await notifications.forget(changeId);
  else if (message) await notifications.keep(changeId, { ...replyTo, message });
}
