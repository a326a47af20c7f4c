import { z } from "zod";
import { whyUnreadable } from "../../domain/failover/plans.ts";
import { runStep, type ResultStep, type StepResult } from "../../domain/runs/run-step.ts";
import { vendorId } from "../../domain/vendor/vendor.ts";
import { parsedJson } from "../database/parsed-json.ts";

/** What a row says about its step besides the step itself. */
interface RowOfStep {
  readonly step: string;
  readonly connection_id: string | null;
  readonly number_id: string | null;
}

const why = `This step cannot be read, so Patchbay never sends it. ${whyUnreadable}`;

/** What may still be read of it. */
const { e164, name, tier, changeId } = runStep.shape;
const known = z
  .object({
    key: z.object({ connectionId: z.string(), numberId: z.string() }).optional().catch(undefined),
    connection: z.string().catch(""),
    e164: e164.catch(undefined),
    name: name.catch(undefined),
    tier: tier.catch(0),
    changeId: changeId.catch(""),
  })
  .catch({ connection: "", tier: 0, changeId: "" });

/**
 * The step that stands for one that cannot be read. Nothing is sent for it. If it may have been sent, what became of it is
 * unknown until its change is found in the audit log; that counts as a failure of the run.
 */
export function unreadableStep(row: RowOfStep, result: StepResult | undefined): ResultStep {
  const { key, ...rest } = known.parse(parsedJson(row.step) ?? {});
  const { connection_id: connectionId, number_id: numberId } = row;
  const holds = connectionId !== null && numberId !== null;
  const step = {
    ...rest,
    key: holds ? { connectionId, numberId } : (key ?? { connectionId: "", numberId: "" }),
    vendor: vendorId.parse("unknown"),
    first: {},
    last: {},
    now: {},
    labels: {},
    isUnreadable: true,
  } as const;
  // Only steps that change their number hold it, or have a result.
  if (!holds && !result) return { ...step, verdict: { kind: "unread", why } };
  const unknown: StepResult = { outcome: "unknown", code: "unreadable", why };
  return { ...step, verdict: { kind: "will_switch" }, result: result ?? unknown };
}
