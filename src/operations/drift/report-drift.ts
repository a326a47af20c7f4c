import { driftSubject } from "../../domain/notifications/button-subject.ts";
import type { ButtonWatcher } from "../notifications/button-watcher.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";

/** Reports the drift that was not reported yet, as many findings at a time as fit into a message. */
export async function reportDrift(
  ctx: Context,
  { notifier, buttons }: { readonly notifier: Notifier; readonly buttons: Pick<ButtonWatcher, "check"> },
): Promise<void> {
  const { drifts } = ctx.workspace;
  // What was reported earlier may be gone, and that leaves no entry.
  buttons.check(ctx.workspace.id, driftSubject);
  for (;;) {
    const unreported = await drifts.unreported();
    if (unreported.length === 0) return;
    const reported = await notifier.driftFound(ctx, unreported);
    if (reported.length === 0) return;
    await drifts.markReported(reported);
  }
}
