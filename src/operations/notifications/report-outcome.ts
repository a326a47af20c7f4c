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
  if (changeId === undefined) return;
  const { notifications } = ctx.workspace;
  for (;;) {
    const replyTo = await notifications.find(changeId);
    if (!replyTo) return;
    const { isDelivered, message } = await notifier.changeSettled(ctx, record, replyTo);
    if (!isDelivered || !isSettled(record)) {
      if (message) await notifications.keep(changeId, { ...replyTo, message });
      return;
    }
    // The server that sent the change may have reported it as unknown meanwhile, in another message: update that too.
    if (await notifications.forget(changeId, replyTo)) return;
  }
}
