import type { AuditEvent } from "../domain/audit-log.ts";
import {
  compare,
  movedFields,
  ownedFields,
  pick,
  snapshot,
  wantedState,
  type Change,
  type Snapshot,
} from "../domain/change.ts";
import type { NumberKey, PhoneNumber } from "../domain/phone-number.ts";
import { isProblem, Problem } from "../domain/problem.ts";
import type { Said } from "../domain/said.ts";
import type { Connection } from "../domain/vault.ts";
import type { PatchBody } from "../domain/vendor.ts";
import { auditConnection, openConnection, type Context, type OpenConnection } from "./context.ts";
import { agentLabels, findBindableAgent } from "./list-agents.ts";
import { prove, type Proof } from "./prove-change.ts";
import { checkRole, recordRefusal } from "./rights.ts";

/** A change that somebody wants, with what they saw when they decided on it. */
export interface ChangeRequest {
  /** The id that the change is to have, from whoever has to know it beforehand. */
  readonly changeId?: string | undefined;
  readonly key: NumberKey;
  readonly change: Change;
  /** The number as the person saw it; a field the change writes must not have moved since. */
  readonly seen: Snapshot;
  readonly reason?: string | undefined;
  /** What else its entries in the audit log say, by name. */
  readonly details?: AuditEvent["details"];
  /** Where it was asked, so that the person can be told later too, by another process if need be. */
  readonly said?: Said | undefined;
}

/** A change that went on record and was sent: how it ended, and the number as last seen. */
export interface ChangeResult extends Proof {
  readonly changeId: string;
  readonly connection: Connection;
  readonly change: Change;
  readonly before: PhoneNumber;
  /** Words for the agent ids in it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly reason: string | undefined;
  readonly at: Date;
  /** When the outcome was known. */
  readonly provedAt: Date;
  /** False when the outcome itself could not be written down; it is taken up again at the next start. */
  readonly outcomeRecorded: boolean;
}

interface Prepared {
  readonly open: OpenConnection;
  readonly before: PhoneNumber;
  readonly labels: Readonly<Record<string, string>>;
  readonly body: PatchBody;
}

/**
 * The waist: the only way in which a number is changed. Right, fresh read, still as seen, anything to change, record,
 * one PATCH, proof, outcome, in this order. Changes of one number never overlap in this process.
 *
 * Resolves once the change is on record, whatever its outcome. Throws a Problem when nothing was sent: not_allowed,
 * already_requested, conflict, nothing_to_change, unsupported, invalid_input, not_found, not_recorded, or what the
 * vendor's read throws; each refusal is in the audit log.
 */
export async function changeNumber(ctx: Context, request: ChangeRequest): Promise<ChangeResult> {
  const { connectionId, numberId } = request.key;
  return ctx.inOrder(`${ctx.workspace.id}/${connectionId}/${numberId}`, async () => {
    const trail: { connection?: Connection; number?: PhoneNumber } = {};
    const changeId = request.changeId ?? ctx.newId("chg");
    let prepared: Prepared;
    try {
      // Read meanwhile, since both take a while. Whatever becomes of it is told when it is awaited, and only then: a
      // duplicate is one whatever its number looks like by now.
      const reading = prepare(ctx, request, trail);
      reading.catch(() => undefined);
      await claim(ctx);
      // From here on an answer is owed, also by a process that starts after this one was killed.
      if (request.said) await ctx.workspace.said.keep(changeId, request.said);
      prepared = await reading;
    } catch (error) {
      await recordRefusal(ctx, refusedEvent(request, trail), error);
      throw error;
    }
    return carryOut(ctx, changeId, request, prepared);
  });
}

async function claim(ctx: Context): Promise<void> {
  if (await ctx.workspace.claim(`change:${ctx.requestId}`)) return;
  throw new Problem(
    "already_requested",
    "This request came in before and is being carried out, or has been.",
  );
}

async function prepare(
  ctx: Context,
  { key, change, seen }: ChangeRequest,
  trail: { connection?: Connection; number?: PhoneNumber },
): Promise<Prepared> {
  await checkRole(ctx, "operator", "change numbers");
  const open = await openConnection(ctx, key.connectionId);
  trail.connection = open.connection;
  const [before, labels] = await Promise.all([
    open.account.getNumber(key.numberId),
    change.kind === "reassign" ? findBindableAgent(open, change.agentId) : agentLabels(open),
  ]);
  trail.number = before;
  const now = snapshot(before);
  const owned = ownedFields(change);
  // Before the conflict: what a colleague has already done meanwhile needs no second decision.
  if (compare(wantedState(change), now) === "same") {
    throw new Problem("nothing_to_change", "The number already is as you want it.");
  }
  if (movedFields(seen, now, owned).length > 0) {
    throw new Problem(
      "conflict",
      "The number is no longer as you saw it: somebody else has changed it meanwhile.",
      {
        seen: pick(seen, owned),
        now: pick(now, owned),
      },
    );
  }
  return { open, before, labels, body: open.account.plan(before, change) };
}

async function carryOut(
  ctx: Context,
  changeId: string,
  request: ChangeRequest,
  prepared: Prepared,
): Promise<ChangeResult> {
  const { open, before, labels, body } = prepared;
  const at = ctx.now();
  const wanted = wantedState(request.change);
  const owned = ownedFields(request.change);
  const beforeState = pick(snapshot(before), owned);
  const event = {
    actor: ctx.actor,
    requestId: ctx.requestId,
    changeId,
    connection: auditConnection(open.connection),
    number: { ...request.key, e164: before.e164, name: before.name },
    change: request.change.kind,
    before: beforeState,
    wanted,
    labels: namesOf(labels, [...Object.values(beforeState), ...Object.values(wanted)]),
    reason: request.reason,
    details: request.details,
  } satisfies Omit<AuditEvent, "kind">;
  await ctx.workspace.audit.append({ ...event, kind: "change.requested" });

  const proof = await prove(open.account, before.id, wanted, async () => open.account.patch(before.id, body));
  const provedAt = ctx.now();
  const outcomeRecorded = await recordOutcome(ctx, {
    ...event,
    kind: "change.outcome",
    outcome: proof.outcome,
    after: proof.after && pick(snapshot(proof.after), owned),
    problem: proof.problem && { code: proof.problem.code, message: proof.problem.message },
    vendorStatus: proof.vendorStatus,
    durationMs: provedAt.getTime() - at.getTime(),
  });
  ctx.metrics.changed(open.vendor.id, request.change.kind, proof.outcome, provedAt.getTime() - at.getTime());
  ctx.log.info(
    {
      requestId: ctx.requestId,
      changeId,
      vendor: open.vendor.id,
      kind: request.change.kind,
      outcome: proof.outcome,
    },
    "change",
  );
  return {
    ...proof,
    changeId,
    connection: open.connection,
    change: request.change,
    before,
    labels,
    reason: request.reason,
    at,
    provedAt,
    outcomeRecorded,
  };
}

/** Of all names of the account only those that the entry speaks of. */
function namesOf(
  labels: Readonly<Record<string, string>>,
  ids: readonly (string | null)[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([id]) => ids.includes(id)));
}

async function recordOutcome(ctx: Context, event: AuditEvent): Promise<boolean> {
  try {
    await ctx.workspace.audit.append(event);
    return true;
  } catch (error) {
    if (!isProblem(error, "not_recorded")) throw error;
    ctx.log.error({ requestId: ctx.requestId, changeId: event.changeId, err: error }, "outcome not recorded");
    return false;
  }
}

function refusedEvent(
  { key, change, reason, details }: ChangeRequest,
  { connection, number }: { connection?: Connection; number?: PhoneNumber },
): Omit<AuditEvent, "actor" | "requestId"> {
  return {
    kind: "change.refused",
    change: change.kind,
    connection: connection && auditConnection(connection),
    number: { ...key, e164: number?.e164, name: number?.name },
    before: number && pick(snapshot(number), ownedFields(change)),
    wanted: wantedState(change),
    reason,
    details,
  };
}
