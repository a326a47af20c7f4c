import { z } from "zod";
import { snapshotSchema } from "../../domain/numbers/change.ts";
import { pauseText } from "../../domain/runs/pause-text.ts";
import { countRun } from "../../domain/runs/run-progress.ts";
import { awaitedTier } from "../../domain/runs/tier-gates.ts";
import { requesterName, runKinds, runTitle, type Run } from "../../domain/runs/run.ts";
import { approvalResource, approvalResourceOf } from "../approvals/approval-resource.ts";
import { numberDocument } from "../../operations/documents/number-document.ts";
import { openRunApproval } from "../../operations/failover/request-run-approval.ts";
import type { Context } from "../../operations/shared/context.ts";

/** A run: several changes that were confirmed or approved as a whole. Times are UTC, ISO 8601. */
export const runResource = z.object({
  id: z.string(),
  kind: z.enum(runKinds),
  title: z.string(),
  /** `asked` waits for approval in Slack. `not_begun` was never confirmed: it was declined, withdrawn or has expired. */
  state: z.enum(["asked", "not_begun", "running", "paused", "held", "stopped", "done"]),
  by: z.string(),
  reason: z.string().optional(),
  /** Why it is paused. */
  paused: z.string().optional(),
  /** The first call that it waits for now: to a number of which tier, and until when at most. */
  waitsForCall: z.object({ tier: z.string(), until: z.string() }).optional(),
  startedAt: z.string().optional(),
  /** How many numbers it changes, has changed, and could not change or does not know of. */
  of: z.number(),
  changed: z.number(),
  failed: z.number(),
  approval: approvalResource.optional(),
  steps: z.array(
    z.object({
      number: numberDocument,
      /** The name of its tier. A run without tiers has one, with the name `all`. */
      tier: z.string(),
      /** The id of its change, once it is on record. */
      change: z.string(),
      now: snapshotSchema,
      wanted: snapshotSchema,
      outcome: z.enum(["applied", "refused", "unknown"]).optional(),
      problem: z.string().optional(),
    }),
  ),
});
export type RunResource = z.infer<typeof runResource>;

export async function runResourceOf(ctx: Context, run: Run): Promise<RunResource> {
  const approval = run.state === "shown" ? await openRunApproval(ctx, run.id) : undefined;
  const { tiers } = run.terms;
  const awaited = awaitedTier(run);
  const paused = pauseText(run, { person: (userId) => userId, name: (text) => text });
  return {
    id: run.id,
    kind: run.kind,
    title: runTitle(run),
    state: stateOf(run, approval !== undefined),
    by: requesterName(run.by),
    reason: run.terms.reason,
    ...(paused === "" ? {} : { paused }),
    ...(awaited ? { waitsForCall: { tier: awaited.name, until: awaited.until.toISOString() } } : {}),
    startedAt: run.startedAt,
    ...countRun(run),
    approval: approval && approvalResourceOf(approval),
    steps: run.steps.map(({ key, e164, name, connection, vendor, tier, changeId, now, first, result }) => ({
      number: {
        connection: { id: key.connectionId, name: connection, vendor },
        id: key.numberId,
        e164,
        name,
      },
      tier: tiers[tier]?.name ?? "",
      change: changeId,
      now,
      wanted: first,
      outcome: result?.outcome,
      problem: result?.why,
    })),
  };
}

function stateOf({ state }: Run, isAsked: boolean): RunResource["state"] {
  if (state !== "shown") return state;
  return isAsked ? "asked" : "not_begun";
}
