import { z } from "zod";
import { approvalResource, approvalResourceOf } from "../approvals/approval-resource.ts";
import { snapshot, snapshotSchema } from "../../domain/numbers/change.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import {
  answersDocument,
  answersOf,
  numberDocument,
  numberOf,
} from "../../operations/documents/number-document.ts";
import type { NumberView } from "../../operations/numbers/get-number.ts";

/** One number as its vendor shows it now. Its ETag is the hash of `state`. */
export const numberResource = numberDocument.extend({
  ...answersDocument.shape,
  /** The fields that Patchbay changes. A field that is missing is not shown by the vendor; null is none. */
  state: snapshotSchema,
  /** Names for the ids of agents. */
  labels: z.record(z.string(), z.string()),
  status: z.string().optional(),
  readAt: z.iso.datetime(),
  /** The address of its runbook. */
  runbook: z.string().optional(),
  frozen: z
    .object({ by: z.string(), reason: z.string(), at: z.string(), until: z.string().optional() })
    .optional(),
  /** Missing if it cannot be read; then nothing can be changed. */
  isProtected: z.boolean().optional(),
  /** How many approvals a change wants: 0, 1 or 2. */
  approvals: z.number().int().optional(),
  /** The temporary changes that are in place. */
  temporary: z.array(z.object({ change: z.string(), by: z.string(), revertsAt: z.iso.datetime() })),
  /** The requests for approval that wait: of a change, or of a whole failover. */
  pending: z.array(
    approvalResource.omit({ id: true }).extend({ change: z.string().optional(), approval: z.string() }),
  ),
});
type NumberResource = z.infer<typeof numberResource>;

export function numberResourceOf(view: NumberView): NumberResource {
  const { connection, number, vendor, labels, restrictions } = view;
  const { freeze } = restrictions ?? {};
  return {
    ...numberOf(connection, number),
    ...answersOf(number, { labels, versionWord: vendor.capabilities.versionWord }),
    state: snapshot(number),
    labels: { ...labels },
    status: number.status,
    readAt: view.readAt.toISOString(),
    runbook: view.runbook,
    frozen: freeze && {
      by: formatActor(freeze.by),
      reason: freeze.reason,
      at: freeze.at,
      until: freeze.until,
    },
    isProtected: restrictions?.isProtected,
    approvals: restrictions?.approvals,
    temporary: view.expiries.map(({ record, temporary }) => ({
      change: temporary.changeId,
      by: formatActor(record.requested.actor),
      revertsAt: temporary.endsAt.toISOString(),
    })),
    pending: view.pending.map(({ approval }) => {
      const { id, ...rest } = approvalResourceOf(approval);
      return {
        ...rest,
        change: "changeId" in approval.asked ? approval.asked.changeId : undefined,
        approval: id,
      };
    }),
  };
}
