import type { AuditEvent } from "../../domain/audit-log.ts";
import { expiresAt } from "../../domain/expiry.ts";
import { compare, changedFields, affectedFields, pick, snapshot, wantedState } from "../../domain/change.ts";
import type { PhoneNumber } from "../../domain/phone-number.ts";
import { Problem } from "../../domain/problem.ts";
import type { Connection } from "../../domain/connections.ts";
import type { PatchBody } from "../../domain/vendor.ts";
import type { ChangeRequest } from "../access/change-request.ts";
import {
  auditConnection,
  deadline,
  openConnection,
  type Context,
  type OpenConnection,
} from "../shared/context.ts";
import { checkIsInverse } from "./inverse-change.ts";
import { agentLabels, checkFieldAgents, findBindableAgent } from "../numbers/list-agents.ts";
import { checkReason } from "../access/check-reason.ts";
import { madeBy } from "../history/act-status.ts";
import { assertOperator, recordRefusal } from "../access/permissions.ts";

/** A change that could be made now, as far as rights, the vendor and the state of the number go. */
export interface Prepared {
  readonly changeId: string;
  readonly open: OpenConnection;
  readonly before: PhoneNumber;
  /** Words for agent ids. */
  readonly labels: Readonly<Record<string, string>>;
  readonly body: PatchBody;
  /** When it ends by itself. */
  readonly until: Date | undefined;
}

/** What has been found out of a request so far, for its refusal. */
interface Trail {
  connection?: Connection;
  number?: PhoneNumber;
  open?: OpenConnection;
}

/**
 * Prepares a change, has it judged, and hands it on, while no other change of the same number is under way. What is
 * thrown before it is handed on is in the audit log as a refusal.
 */
export async function prepareUnderLock<Verdict, Result>(
  ctx: Context,
  request: ChangeRequest,
  judge: (prepared: Prepared) => Promise<Verdict>,
  act: (prepared: Prepared, verdict: Verdict) => Promise<Result>,
): Promise<Result> {
  const { connectionId, numberId } = request.key;
  return ctx.withLock(`${ctx.workspace.id}/${connectionId}/${numberId}`, async () => {
    const trail: Trail = {};
    const changeId = request.changeId ?? ctx.newId("chg");
    let prepared: Prepared;
    let verdict: Verdict;
    try {
      await claim(ctx, changeId, request);
      prepared = await prepare(ctx, changeId, request, trail);
      // Last, so that nothing that takes its time lies between this judgement and the record.
      verdict = await judge(prepared);
    } catch (error) {
      await recordRefusal(ctx, refusedEvent(request, trail, await namesFor(request, trail)), error);
      throw error;
    }
    return act(prepared, verdict);
  });
}

/**
 * Claims the request. From here on an answer is owed, also by a process that starts after this one was killed; what was
 * approved is owed with its approval, and is not to be told twice.
 */
async function claim(
  ctx: Context,
  changeId: string,
  { replyTo, override: authority }: ChangeRequest,
): Promise<void> {
  const owed = replyTo && authority?.kind !== "approval" ? { changeId, said: replyTo } : undefined;
  if (await ctx.workspace.claim(`change:${ctx.requestId}`, owed)) return;
  throw new Problem(
    "already_requested",
    "This request came in before and is being carried out, or has been.",
  );
}

async function prepare(
  ctx: Context,
  changeId: string,
  { key, change, seen, reason, ends, details }: ChangeRequest,
  trail: Trail,
): Promise<Prepared> {
  await assertOperator(ctx, key.connectionId);
  await checkReason(ctx, reason);
  const until = ends && expiresAt(ends, ctx.now(), ctx.shortestEndMs);
  // What belongs to an incident must be found by it.
  if (details?.["incident"] !== undefined) await ctx.workspace.incidents.get(details["incident"]);
  const open = await openConnection(ctx, key.connectionId);
  trail.connection = open.connection;
  trail.open = open;
  const [before, labels] = await Promise.all([
    open.account.getNumber(key.numberId, deadline("form")),
    change.kind === "reassign" ? findBindableAgent(open, change.agentId, ctx.lookedUp) : agentLabels(open),
    change.kind === "edit" ? checkFieldAgents(open, change.fields) : undefined,
  ]);
  trail.number = before;
  const now = snapshot(before);
  const owned = affectedFields(change);
  // Before the conflict: what a colleague has already done meanwhile needs no second decision.
  if (compare(wantedState(change), now) === "same") {
    const ended = await madeBy(ctx, key, wantedState(change));
    throw new Problem("nothing_to_change", "The number already is as you want it.", ended ? { ended } : {});
  }
  if (changedFields(seen, now, owned).length > 0) {
    throw new Problem(
      "conflict",
      "The number is no longer as you saw it: somebody else has changed it meanwhile.",
      {
        seen: pick(seen, owned),
        now: pick(now, owned),
      },
    );
  }
  const body = open.account.buildPatch(before, change);
  if (until) checkIsInverse(open, before, change);
  return { changeId, open, before, labels, body, until };
}

/** The names of the agents that a refusal speaks of, where the vendor has answered; of one that was chosen in any case. */
async function namesFor({ change }: ChangeRequest, { open, number }: Trail): Promise<AuditEvent["labels"]> {
  const chosen =
    change.kind === "reassign" && change.agentName ? [[change.agentId, change.agentName] as const] : [];
  const known = open && number ? Object.entries(await agentLabels(open)) : [];
  const states = { ...(number ? snapshot(number) : {}), ...wantedState(change) };
  const spoken = new Set([...Object.values(number ? snapshot(number) : {}), ...Object.values(states)]);
  const names = [...chosen, ...known.filter(([id]) => spoken.has(id))];
  return names.length > 0 ? Object.fromEntries(names) : undefined;
}

function refusedEvent(
  { key, change, reason, details }: ChangeRequest,
  { connection, number }: Trail,
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
