import { z } from "zod";
import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import { givenApprovals } from "../../domain/changes/approvers.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import { snapshotSchema, wantedState } from "../../domain/numbers/change.ts";
import type { Context } from "../../operations/shared/context.ts";
import {
  connectionOf,
  numberDocument,
  versionWordOf,
  wordingDocument,
} from "../../operations/documents/number-document.ts";

/** A request for approval that waits: for a change of one number, or for a whole run. */
export const approvalDocument = z.object({
  approval: z.string(),
  by: z.string(),
  at: z.string(),
  expiresAt: z.string(),
  /** How many people have to approve it, and who has. */
  wanted: z.number(),
  approved: z.array(z.object({ by: z.string(), at: z.string() })),
  reason: z.string().optional(),
  incident: z.string().optional(),
  change: z
    .object({
      changeId: z.string(),
      change: z.string(),
      number: numberDocument,
      vendor: z.string(),
      before: snapshotSchema,
      after: snapshotSchema,
      ...wordingDocument.shape,
    })
    .optional(),
  run: z
    .object({
      run: z.string(),
      kind: z.enum(["failover", "practice", "back", "routes"]),
      plan: z.string(),
      revision: z.number(),
      title: z.string(),
      /** How many changes it makes, and how many of them are of protected numbers. */
      changes: z.number(),
      protected: z.number(),
      /** The titles of rules that it overrides. */
      overrode: z.array(z.string()),
    })
    .optional(),
});
export type ApprovalDocument = z.infer<typeof approvalDocument>;

export function approvalOf(ctx: Context, approval: Approval): ApprovalDocument {
  const { id, asked, expiresAt, wanted } = approval;
  const approved = givenApprovals(approval).map(({ by, at }) => ({ by: formatActor(by), at }));
  const { userId, at, reason } = asked;
  const frame = { approval: id, by: userId, at, expiresAt, wanted, approved, reason };
  if (isRunApproval(approval)) {
    const { runId, kind, plan, changes, protected: count, overrode, incident } = approval.asked;
    const { slug, revision, title } = plan;
    const run = { run: runId, kind, plan: slug, revision, title, changes, protected: count, overrode };
    return { ...frame, incident, run };
  }
  const { changeId, change, key, e164, name, connection, seen, labels, details } = approval.asked;
  return {
    ...frame,
    incident: details?.incident,
    change: {
      changeId,
      change: change.kind,
      number: { connection: connectionOf(connection), id: key.numberId, e164, name },
      vendor: ctx.accounts.vendor(connection.vendor).title,
      before: seen,
      after: wantedState(change),
      labels,
      versionWord: versionWordOf(ctx, connection.vendor),
    },
  };
}
