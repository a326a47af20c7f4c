import type { Notifier } from "../operations/notifications/notifier.ts";
import { notifyProposed, notifyResolved, remindOfFallback } from "./alerts/notify-alerts.ts";
import { notifyRefusals } from "./announcements/notify-refusals.ts";
import { notifyWebhookPaused } from "./announcements/notify-webhook-paused.ts";
import { storedAnnouncement } from "./announcements/stored-announcement.ts";
import { askApprovers } from "./approval/ask-approvers.ts";
import { notifyBreakGlassByCommand } from "./approval/notify-break-glass.ts";
import { notifyClosed, notifyExecuted } from "./approval/notify-decision.ts";
import { notificationContext } from "./context/request-context.ts";
import type { SlackDeps } from "./context/services.ts";
import { deliverStored } from "./delivery/deliver-stored.ts";
import { notifyExpiry } from "./expiry/notify-expiry.ts";
import { remindOfRun } from "./runs/post-run.ts";
import { runReport } from "./runs/run-report.ts";
import { revertReport } from "./incident/revert-report.ts";
import { notifyApprovalEnds, notifyNotReady } from "./failover/notify-not-ready.ts";
import { notifyFirstCall } from "./outcome/notify-first-call.ts";
import { notifyNeverSent, notifyOutcome } from "./outcome/notify-outcome.ts";
import { notifyDrift } from "./status/notify-drift.ts";
import { outdatedMessages } from "./updates/button-updates.ts";

/** Notifies people in Slack. */
export function slackNotifier(deps: SlackDeps): Notifier {
  return {
    announcement: (workspaceId, sequence, entry) => storedAnnouncement(deps, workspaceId, sequence, entry),
    approvalClosed: async (ctx, approval) => {
      const req = await notificationContext(deps, ctx, { userId: approval.asked.userId });
      if (req) await notifyClosed(req, approval);
    },
    approvalExecuted: async (ctx, approval, executed) => {
      const req = await notificationContext(deps, ctx, { userId: approval.asked.userId });
      return req ? notifyExecuted(req, approval, executed) : { isDelivered: false };
    },
    approvalRequested: async (ctx, approval, whom) => {
      const req = await notificationContext(deps, ctx, { userId: approval.asked.userId });
      if (req) await askApprovers(req, approval, whom);
    },
    brokeGlass: async (ctx, record, isLast) => notifyBreakGlassByCommand(deps, ctx, record, isLast),
    changeSettled: async (ctx, record, replyTo) => notifyOutcome(deps, ctx.workspace.id, record, replyTo),
    changeNeverSent: async (ctx, changeId, replyTo) =>
      notifyNeverSent(deps, ctx.workspace.id, changeId, replyTo),
    deliver: async (stored, lateMs) => deliverStored(deps, stored, lateMs),
    driftFound: async (ctx, found) => notifyDrift(deps, ctx, found),
    firstCall: async (ctx, notice) => notifyFirstCall(deps, ctx.workspace.id, notice),
    followRun: (ctx, run) =>
      run.kind === "revert" ? revertReport(deps, ctx, run) : runReport(deps, ctx, run),
    runReminder: async (ctx, run, about) => remindOfRun(deps, ctx, run, about),
    outdatedMessages: async (workspaceId, subject) => outdatedMessages(deps, workspaceId, subject),
    planApprovalEnds: async (ctx, saved, why) => notifyApprovalEnds(deps, ctx, saved, why),
    planNotReady: async (ctx, saved, found) => notifyNotReady(deps, ctx, saved, found),
    refused: async (ctx, refusals) => notifyRefusals(deps, ctx, refusals),
    webhookPaused: async (ctx, webhook, isLast) => notifyWebhookPaused(deps, ctx, webhook, isLast),
    alertsProposed: async (ctx, proposal) => notifyProposed(deps, ctx, proposal),
    alertsResolved: async (ctx, proposal, fallback) => notifyResolved(deps, ctx, proposal, fallback),
    fallbackReminder: async (ctx, proposal, fallback, userId) =>
      remindOfFallback(deps, ctx, proposal, { fallback, userId }),
    temporaryChange: async (ctx, notice) => notifyExpiry(deps, ctx.workspace.id, notice),
  };
}
