import { z } from "zod";
import { formatActor } from "../../domain/shared/actor.ts";
import type { ProvingCall } from "../../domain/changes/first-call.ts";
import { leftBy } from "../../domain/changes/change-record.ts";
import { agentKey, fieldKey, snapshot } from "../../domain/numbers/change.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { isProblem, type ProblemCode } from "../../domain/problem/problem.ts";
import { runTitle } from "../../domain/runs/run.ts";
import { loadNumberCard, type NumberView } from "../../operations/numbers/get-number.ts";
import { lastKnownNumber } from "../../operations/numbers/last-known.ts";
import type { Context } from "../../operations/shared/context.ts";
import { controlCommand } from "../control/control-command.ts";
import {
  answersDocument,
  answersOf,
  changeDocument,
  changeOf,
  numberDocument,
  numberOf,
} from "../../operations/documents/number-document.ts";
import { numberReference, resolveNumber } from "./resolve-number.ts";

/** A call in the vendor's log: never who called. */
const callDocument = z.object({ id: z.string(), at: z.string(), status: z.string(), agent: z.string() });

/** One number: live, or as last read if its vendor does not answer. */
export const numberCardDocument = numberDocument.extend({
  workspace: z.string(),
  ...answersDocument.shape,
  vendor: z.string(),
  /** When its vendor showed it so. */
  readAt: z.string(),
  /** Why it could not be read now. Then the state is as last read, and what only Patchbay knows is left out. */
  problem: z.string().optional(),
  /** Where to make changes by hand. */
  dashboard: z.string(),
  status: z.string().optional(),
  /** Why no agent can be given to it. */
  unbindable: z.string().optional(),
  /** The vendor's own fields, by their titles. */
  fields: z.record(z.string(), z.string()),
  /** The newest change of its agent through Patchbay. */
  lastChange: changeDocument.optional(),
  /** Who answered the first calls since that change, as the vendor's log says. */
  firstCall: z.object({ seen: callDocument.optional(), contradicted: callDocument.optional() }).optional(),
  /** Whether somebody has changed its agent outside Patchbay since. */
  isChangedElsewhere: z.boolean().optional(),
  frozen: z
    .object({
      title: z.string(),
      by: z.string(),
      reason: z.string(),
      at: z.string(),
      until: z.string().optional(),
    })
    .optional(),
  /** Missing if it cannot be read; then nothing can be changed. */
  isProtected: z.boolean().optional(),
  /** How many approvals a change wants. */
  approvals: z.number().optional(),
  temporary: z.array(
    z.object({ changeId: z.string(), by: z.string(), endsAt: z.string(), state: z.string() }),
  ),
  runs: z.array(
    z.object({ run: z.string(), title: z.string(), state: z.string(), endsAt: z.string().optional() }),
  ),
  /** Requests for approval that wait. */
  pending: z.array(z.object({ approval: z.string(), by: z.string(), expiresAt: z.string() })),
  /** The address of its runbook. */
  runbook: z.string().optional(),
});
export type NumberCardDocument = z.infer<typeof numberCardDocument>;

export const showNumber = controlCommand({
  name: "number.show",
  input: numberReference,
  output: numberCardDocument,
  run: async (ctx, reference) => {
    const key = await resolveNumber(ctx, reference);
    try {
      const { view } = await loadNumberCard(ctx, key);
      return { workspace: ctx.workspace.id, ...cardOf(ctx, view) };
    } catch (error) {
      const last = await lastKnownCard(ctx, key, error);
      if (!last) throw error;
      return last;
    }
  },
});

function callsOf({ firstCall: { seen, contradicted } }: NumberView): NumberCardDocument["firstCall"] {
  const document = (call: ProvingCall | undefined) =>
    call && { id: call.id, at: call.startedAt.toISOString(), status: call.status, agent: call.agentId };
  return seen || contradicted ? { seen: document(seen), contradicted: document(contradicted) } : undefined;
}

function cardOf(ctx: Context, view: NumberView): Omit<NumberCardDocument, "workspace"> {
  const { connection, number, vendor, labels, restrictions, lastChange } = view;
  const { freeze } = restrictions ?? {};
  return {
    ...numberOf(connection, number),
    ...answersOf(number, { labels, versionWord: vendor.capabilities.versionWord }),
    vendor: vendor.title,
    readAt: view.readAt.toISOString(),
    dashboard: vendor.dashboard,
    status: number.status,
    unbindable: number.unbindable,
    fields: fieldsOf(view),
    lastChange: lastChange && changeOf(ctx, lastChange),
    firstCall: callsOf(view),
    isChangedElsewhere:
      lastChange?.outcome?.outcome === "applied"
        ? snapshot(number)[agentKey] !== leftBy(lastChange)[agentKey]
        : undefined,
    frozen: freeze && {
      title: freeze.title,
      by: formatActor(freeze.by),
      reason: freeze.reason,
      at: freeze.at,
      until: freeze.until,
    },
    isProtected: restrictions?.isProtected,
    approvals: restrictions?.approvals,
    temporary: view.expiries.map(({ record, temporary }) => ({
      changeId: temporary.changeId,
      by: formatActor(record.requested.actor),
      endsAt: temporary.endsAt.toISOString(),
      state: temporary.state,
    })),
    runs: view.runs.map((run) => ({
      run: run.id,
      title: runTitle(run),
      state: run.state,
      endsAt: run.endsAt,
    })),
    pending: view.pending.map(({ approval }) => ({
      approval: approval.id,
      by: approval.asked.userId,
      expiresAt: approval.expiresAt,
    })),
    runbook: view.runbook,
  };
}

function fieldsOf({ number, vendor }: Pick<NumberView, "number" | "vendor">): Record<string, string> {
  const state = new Map(Object.entries(snapshot(number)));
  return Object.fromEntries(
    vendor.capabilities.fields.flatMap(({ id, label }) => {
      const value = state.get(fieldKey(id));
      return value ? [[label, value] as const] : [];
    }),
  );
}

/** Problems that make a vendor's current state unavailable, so that the last known state helps. */
const outOfReach: ReadonlySet<ProblemCode> = new Set([
  "vendor_unavailable",
  "vendor_response_unreadable",
  "rate_limited",
]);

async function lastKnownCard(
  ctx: Context,
  key: NumberKey,
  error: unknown,
): Promise<NumberCardDocument | undefined> {
  if (!isProblem(error) || !outOfReach.has(error.code)) return undefined;
  const last = await lastKnownNumber(ctx, key);
  return (
    last && {
      workspace: ctx.workspace.id,
      ...numberOf(last.connection, last.number),
      ...answersOf(last.number, { labels: last.labels, versionWord: last.vendor.capabilities.versionWord }),
      vendor: last.vendor.title,
      readAt: last.at.toISOString(),
      problem: error.message,
      dashboard: last.vendor.dashboard,
      status: last.number.status,
      unbindable: last.number.unbindable,
      fields: fieldsOf(last),
      temporary: [],
      runs: [],
      pending: [],
    }
  );
}
