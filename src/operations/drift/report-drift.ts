import { driftSubject } from "../../domain/act.ts";
import type { ActWatcher } from "../notifications/act-watcher.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";

/** Reports the drift that was not reported yet, as many findings at a time as fit into a message. */
export async function reportDrift(
  ctx: Context,
  { notifier, acts }: { readonly notifier: Notifier; readonly acts: Pick<ActWatcher, "check"> },
): Promise<void> {
  const { drifts } = ctx.workspace;
  // What was reported earlier may be gone, and that leaves no entry.
  acts.check(ctx.workspace.id, driftSubject);
  for (;;) {
    const unreported = await drifts.unreported();
    if (unreported.length === 0) return;
    const reported = await notifier.driftFound(ctx, unreported);
    if (reported.length === 0) return;
    await drifts.markReported(reported);
  }
}
