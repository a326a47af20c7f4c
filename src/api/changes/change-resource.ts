import { z } from "zod";
import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { wantedState } from "../../domain/numbers/change.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import { approvalResource, approvalResourceOf } from "../approvals/approval-resource.ts";
import {
  changeDocument,
  changeOf,
  connectionOf,
  versionWordOf,
} from "../../operations/documents/number-document.ts";
import type { Context } from "../../operations/shared/context.ts";

/** What became of a change: its outcome, or the state of the request for its approval. */
const changeStates = [
  "applied",
  "refused",
  "unknown",
  "pending",
  "asked",
  "declined",
  "expired",
  "withdrawn",
] as const;

/** A change, made or proposed. Times are UTC, ISO 8601. */
export const changeResource = changeDocument
  .omit({ changeId: true, sequence: true, outcome: true, change: true })
  .extend({
    id: z.string(),
    /** `pending` while it runs, `asked` while it waits for approval. Only `applied` changed the number for certain. */
    outcome: z.enum(changeStates),
    kind: z.string().optional(),
    approval: approvalResource.optional(),
  });
export type ChangeResource = z.infer<typeof changeResource>;

/** A change by its id, with the id of its connection. Throws not_found. */
export async function findChange(
  ctx: Context,
  id: string,
): Promise<{ readonly change: ChangeResource; readonly connectionId: string | undefined }> {
  try {
    const record = await ctx.workspace.audit.change(id);
    return { change: resourceOfRecord(ctx, id, record), connectionId: record.requested.number?.connectionId };
  } catch (error) {
    if (!isProblem(error, "not_found")) throw error;
    return proposedChange(ctx, id);
  }
}

/** The same for a change that a token does not reach as for none. */
export function noChange(): Problem {
  return new Problem("not_found", "There is no such change.", { field: "change" });
}

function resourceOfRecord(ctx: Context, id: string, record: ChangeRecord): ChangeResource {
  const { changeId: _id, sequence: _sequence, change: kind, ...found } = changeOf(ctx, record);
  return { ...found, id, kind };
}

/** A change that was not made: its request for approval is on record. */
async function proposedChange(ctx: Context, id: string): ReturnType<typeof findChange> {
  const entries = await ctx.workspace.audit.entries({ changeId: id, limit: 20 });
  const requested = entries.find(({ kind }) => kind === "approval.requested");
  const approval = await ctx.workspace.approvals.find(requested?.details?.approval ?? "");
  if (!requested || !approval || isRunApproval(approval)) throw noChange();
  const { asked } = approval;
  const change: ChangeResource = {
    id,
    outcome: outcomeOf(approval),
    kind: asked.change.kind,
    at: asked.at,
    by: formatActor(requested.actor),
    number: {
      connection: connectionOf(asked.connection),
      id: asked.key.numberId,
      e164: asked.e164,
      name: asked.name,
    },
    before: asked.seen,
    after: wantedState(asked.change),
    labels: asked.labels,
    versionWord: versionWordOf(ctx, asked.connection.vendor),
    reason: asked.reason,
    incident: asked.details?.incident,
    breakGlass: false,
    approval: approvalResourceOf(approval),
  };
  return { change, connectionId: asked.key.connectionId };
}

/** An approved change that is not on record yet is about to be made; one that is over was refused after all. */
function outcomeOf({ state }: Approval): ChangeResource["outcome"] {
  switch (state) {
    case "open":
      return "asked";
    case "approved":
      return "pending";
    case "over":
      return "refused";
    case "declined":
    case "expired":
    case "withdrawn":
      return state;
  }
}
