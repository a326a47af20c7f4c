import type { Notifier } from "../operations/notifications/notifier.ts";
import type { SlackDeps } from "./context/services.ts";
import { notifyExpiry } from "./expiry/notify-expiry.ts";
import { notifyDrift } from "./status/notify-drift.ts";

/** Notifies people in Slack. */
export function slackNotifier(deps: SlackDeps): Notifier {
  return {
    driftFound: async (ctx, found) => notifyDrift(deps, ctx, found),
    temporaryChange: async (ctx, notice) => notifyExpiry(deps, ctx.workspace.id, notice),
    refreshMessages: (ctx, subject) => deps.lookAtActs(ctx.workspace.id, subject),
  };
}
