import type { Log } from "../../domain/ports/log.ts";
import type { Context } from "../shared/context.ts";
import type { CountedRefusal, RefusalSummary } from "../shared/refusal-summary.ts";
import type { Notifier } from "./notifier.ts";

/** What is needed to report refusals. */
export interface RefusalOptions {
  readonly refusals: RefusalSummary;
  readonly log: Log;
  readonly notifier: Notifier;
  contextFor(workspaceId: string): Context;
}

/** Refusals that admins are told about: somebody tried something that they may not do, or that a restriction prevents. */
const reportable: ReadonlySet<string> = new Set(["not_allowed", "frozen", "approval_required", "ruled_out"]);

/**
 * Ends the round of refusals: records how often each was repeated, and sends each workspace's admins a summary. Never
 * throws.
 */
export async function reportRefusals(options: RefusalOptions): Promise<void> {
  const refusals = options.refusals.end();
  await recordRepeats(options, refusals);
  const reported = refusals.filter(
    ({ event }) => event.actor.kind === "user" && reportable.has(event.problem?.code ?? ""),
  );
  const workspaceIds = new Set(reported.map(({ workspaceId }) => workspaceId));
  await Promise.all(
    [...workspaceIds].map(async (id) => {
      const ofWorkspace = reported.filter(({ workspaceId }) => workspaceId === id);
      try {
        await options.notifier.refused(options.contextFor(id), ofWorkspace);
      } catch (error) {
        options.log.error({ workspace: id, err: error }, "refusals not reported");
      }
    }),
  );
}

/** Records each refusal that was repeated, with its count. Never throws. */
export async function recordRepeats(
  options: Omit<RefusalOptions, "notifier">,
  refusals: readonly CountedRefusal[] = options.refusals.end(),
): Promise<void> {
  for (const { workspaceId, event, count, folded } of refusals) {
    if (!folded || count < 2) continue;
    const details = { ...event.details, repeats: String(count - 1) };
    try {
      await options.contextFor(workspaceId).workspace.audit.append({ ...event, details });
    } catch (error) {
      options.log.error({ workspace: workspaceId, err: error, repeats: count - 1 }, "refusals not recorded");
    }
  }
}
