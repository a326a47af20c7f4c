import type { AuditEvent, ChangeRecord } from "../../domain/audit/audit-log.ts";
import { expiresAt } from "../../domain/changes/expiry.ts";
import {
  compare,
  changedFields,
  affectedFields,
  agentIdsOf,
  chosenAgentName,
  pick,
  snapshot,
  wantedState,
} from "../../domain/numbers/change.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { OnCallGrant } from "../../domain/access/authorization.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { PatchBody } from "../../domain/vendor/vendor-account.ts";
import type { ChangeRequest } from "../access/change-request.ts";
import {
  auditConnection,
  deadline,
  openConnection,
  type Context,
  type OpenConnection,
} from "../shared/context.ts";
import { checkIsInverse } from "./inverse-change.ts";
import { findNewerChange } from "./newer-change.ts";
import { sideBySide } from "../shared/side-by-side.ts";
import { choiceNames } from "../numbers/list-choices.ts";
import { agentLabels, checkFieldAgents, findAssignableAgent } from "../numbers/list-agents.ts";
import { checkReason } from "../access/check-reason.ts";
import { assertOperator, recordRefusal } from "../access/permissions.ts";
import { madeBy } from "../history/change-status.ts";

/** A change that could be made now, as far as permissions, the vendor and the state of the number are concerned. */
export interface Prepared {
  readonly changeId: string;
  readonly open: OpenConnection;
  readonly before: PhoneNumber;
  /** Names for the ids of agents, and of choices in fields. */
  readonly labels: Readonly<Record<string, string>>;
  readonly body: PatchBody;
  /** When it expires. */
  readonly until: Date | undefined;
  /** The schedule without which the person might not make it. */
  readonly onCall: OnCallGrant | undefined;
}

/** What is known about a request so far, for the entry about its refusal. */
export interface Findings {
  connection?: Connection;
  number?: PhoneNumber;
  open?: OpenConnection;
}

/**
 * Claims the request id. From now on the person must be notified, even by a later process after a crash. An approved
 * change is excluded: the outcome is reported with its approval, and must not be reported twice.
 */
export async function claimChange(
  ctx: Context,
  changeId: string,
  { replyTo, override }: ChangeRequest,
): Promise<void> {
  const pending = replyTo && override?.kind !== "approval" ? { changeId, replyTo } : undefined;
  if (await ctx.workspace.claim(`change:${ctx.requestId}`, pending)) return;
  throw new Problem("already_requested", "Patchbay already received this request. It is running or done.");
}

/** Checks that a change could be made now, and builds its PATCH. Collects findings for a refusal. */
export async function prepareChange(
  ctx: Context,
  changeId: string,
  { key, change, seen, precondition, recordSeen, reason, ends, details }: ChangeRequest,
  findings: Findings,
): Promise<Prepared> {
  const [{ onCall }, , until, , open] = await sideBySide(
    assertOperator(ctx, key.connectionId),
    checkReason(ctx, reason),
    expiryOf(ctx, ends),
    requireIncident(ctx, details),
    openConnection(ctx, key.connectionId),
  );
  findings.connection = open.connection;
  findings.open = open;
  const [before, agents, choices, , newer] = await Promise.all([
    open.account.getNumber(key.numberId, deadline("form")),
    change.kind === "reassign" ? findAssignableAgent(open, change.agentId, ctx.lookedUp) : agentLabels(open),
    change.kind === "edit" ? choiceNames(open, Object.keys(change.fields)) : {},
    change.kind === "edit" ? checkFieldAgents(open, change.fields) : undefined,
    // The caller holds the number's lock, so none comes while the vendor answers.
    recordSeen && findNewerChange(ctx, { key, change }, recordSeen),
  ]);
  const labels = { ...agents, ...choices };
  findings.number = before;
  const now = snapshot(before);
  const owned = affectedFields(change);
  // Before the conflict check: if a colleague has already made the change, there is nothing to decide again.
  if (compare(wantedState(change), now) === "same") {
    const ended = await madeBy(ctx, key, wantedState(change));
    throw new Problem("nothing_to_change", "The number already is as you want it.", ended ? { ended } : {});
  }
  if (precondition?.holds(now) === false) {
    const then = precondition.seen && { seen: precondition.seen };
    throw new Problem("conflict", "Someone changed the number after you read it.", { ...then, now });
  }
  if (changedFields(seen, now, owned).length > 0) {
    throw new Problem("conflict", "Someone changed the number while you were looking at it.", {
      seen: pick(seen, owned),
      now: pick(now, owned),
    });
  }
  if (newer) throw new Problem("conflict", newerChangeText(newer), { field: "record" });
  const body = open.account.buildPatch(before, change);
  if (until) checkIsInverse(open, before, change);
  return { changeId, open, before, labels, body, until, onCall: onCall?.role };
}

function newerChangeText({ requested: { changeId }, outcome }: ChangeRecord): string {
  const isKnown = outcome !== undefined && outcome.outcome !== "unknown";
  return isKnown
    ? `The number was changed meanwhile (${changeId}), and is as it was again.`
    : `A change of the number was sent meanwhile (${changeId}), and nobody knows yet whether it was made.`;
}

async function expiryOf(ctx: Context, ends: ChangeRequest["ends"]): Promise<Date | undefined> {
  return ends && expiresAt(ends, ctx.now(), ctx.minExpiryMs);
}

/** Throws not_found for an unknown incident: a change must not refer to one that does not exist. */
async function requireIncident(ctx: Context, details: ChangeRequest["details"]): Promise<void> {
  if (details?.["incident"] !== undefined) await ctx.workspace.incidents.get(details["incident"]);
}

/** Records that a change was refused before it was sent, with the findings so far. */
export async function recordRefusedChange(
  ctx: Context,
  request: ChangeRequest,
  findings: Findings,
  error: unknown,
): Promise<void> {
  await recordRefusal(ctx, refusedEvent(request, findings, await namesFor(request, findings)), error);
}

/** The names of the agents in a refusal, if the vendor has answered; the name of the chosen agent in any case. */
async function namesFor(
  { change }: ChangeRequest,
  { open, number }: Findings,
): Promise<AuditEvent["labels"]> {
  const chosen = Object.entries(chosenAgentName(change));
  const known = open && number ? Object.entries(await agentLabels(open)) : [];
  const spoken = agentIdsOf(number ? snapshot(number) : {}, wantedState(change));
  const names = [...chosen, ...known.filter(([id]) => spoken.has(id))];
  return names.length > 0 ? Object.fromEntries(names) : undefined;
}

function refusedEvent(
  { key, change, reason, details }: ChangeRequest,
  { connection, number }: Findings,
  labels: AuditEvent["labels"],
): Omit<AuditEvent, "actor" | "requestId"> {
  return {
    kind: "change.refused",
    change: change.kind,
    connection: connection && auditConnection(connection),
    number: { ...key, e164: number?.e164, name: number?.name },
    before: number && pick(snapshot(number), affectedFields(change)),
    wanted: wantedState(change),
    labels,
    reason,
    details,
  };
}
