import type { AuditDetails } from "../../domain/audit/audit-details.ts";
import type { Expiry } from "../../domain/changes/expiry.ts";
import { isSamePerson, roleIsEnough } from "../../domain/shared/actor.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { isActive, type Freeze } from "../../domain/numbers/freeze.ts";
import type { Permissions } from "../../domain/access/authorization.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { statedReason, validateReason } from "../../domain/access/reason-rule.ts";
import { sameScope, type Scope } from "../../domain/numbers/scope.ts";
import type { Context } from "../shared/context.ts";
import { scopeStatus } from "../history/subject-status.ts";
import { freezeMoment } from "../access/policy.ts";
import { freezesLock } from "../shared/locks.ts";
import { titledNow } from "../shared/present-names.ts";
import { assertOperator, assertRole, onCallDetails, recordRefusal } from "../access/permissions.ts";
import { scopeEvent, targetEvent, targetScope, targetTitle, type Target } from "./target.ts";
import { unexpiredFreezes } from "./active-freezes.ts";

/** The kinds of entries that end a freeze. */
export const freezeEnds = { "freeze.lifted": "unfrozen", "freeze.ended": "freeze_expired" } as const;

/** The input for a new freeze. */
export interface NewFreeze {
  readonly target: Target;
  readonly reason: string | undefined;
  readonly ends?: Expiry | undefined;
}

/**
 * Freezes a number, a connection or all numbers, for an operator or admin, with its entry. It replaces an earlier
 * freeze of the same scope only if the person could unfreeze that one. Throws not_allowed, invalid_input and
 * not_recorded; then nothing was frozen.
 */
export async function setFreeze(ctx: Context, wanted: NewFreeze): Promise<Freeze> {
  const event = setEvent(wanted);
  return refusedOnRecord(ctx, event, async () =>
    ctx.locks.withLock(freezesLock(ctx), async () => {
      const { freeze, onCall } = await newFreeze(ctx, wanted);
      await ctx.workspace.freezes.set(freeze, {
        ...event,
        ...byWhom(ctx),
        outcome: "applied",
        details: { ...freezeDetails(freeze), ...onCallDetails(onCall?.role) },
      });
      return freeze;
    }),
  );
}

/** Throws what `setFreeze` would throw now, with the same entry. Freezes nothing. */
export async function checkFreeze(ctx: Context, wanted: NewFreeze): Promise<void> {
  await refusedOnRecord(ctx, setEvent(wanted), async () => newFreeze(ctx, wanted));
}

async function newFreeze(
  ctx: Context,
  { target, reason, ends }: NewFreeze,
): Promise<{ readonly freeze: Freeze } & Pick<Permissions, "onCall">> {
  const scope = targetScope(target);
  const text = statedReason(reason);
  const permissions = await checkMayFreeze(ctx, scope);
  if (text === undefined) throw new Problem("invalid_input", "A freeze needs a reason: add `because …`.");
  const fault = validateReason(text, undefined);
  if (fault !== undefined) throw new Problem("invalid_input", fault, { field: "reason" });
  const at = ctx.now();
  const until = ends && freezeExpiry(ends, at);
  const earlier = (await unexpiredFreezes(ctx)).find((one) => sameScope(one, scope));
  if (earlier && !mayLift(ctx, earlier, permissions)) {
    throw new Problem(
      "not_allowed",
      "It is already frozen. Only the person who froze it, or an admin, can change the freeze.",
    );
  }
  const freeze = {
    ...scope,
    title: targetTitle(target),
    by: ctx.actor,
    reason: text,
    at: at.toISOString(),
    until: until?.toISOString(),
  };
  return { freeze, onCall: permissions.onCall };
}

function setEvent({ target, reason }: NewFreeze) {
  return { ...targetEvent(target), kind: "freeze.set", reason: statedReason(reason) } as const;
}

/**
 * Unfreezes, with its entry: for an admin, or for the person who froze it and could still do so now. With `setAt`, only
 * the freeze that was set at that time. Throws not_allowed, not_found if the freeze is no longer active, and
 * not_recorded.
 */
export async function liftFreeze(ctx: Context, scope: Scope, setAt?: string): Promise<Freeze> {
  const event = { ...(await scopeEvent(ctx, scope)), kind: "freeze.lifted" } as const;
  return refusedOnRecord(ctx, event, async () =>
    ctx.locks.withLock(freezesLock(ctx), async () => {
      const permissions = await assertRole(ctx, "operator", "lift freezes");
      const freeze = (await unexpiredFreezes(ctx)).find((one) => sameScope(one, scope));
      if (!freeze) throw await notFrozen(ctx, scope);
      if (setAt !== undefined && setAt !== freeze.at) throw replaced(freeze);
      if (!mayLift(ctx, freeze, permissions)) {
        throw new Problem("not_allowed", "Only the person who froze it, or an admin, can unfreeze it.");
      }
      // A person who has lost the right to freeze has also lost the right to unfreeze.
      await checkMayFreeze(ctx, scope);
      const lifted = await ctx.workspace.freezes.remove(freeze, {
        ...event,
        ...byWhom(ctx),
        outcome: "applied",
        details: { ...freezeDetails(freeze), ...onCallDetails(permissions.onCall?.role) },
      });
      if (!lifted) throw await notFrozen(ctx, scope);
      const [named = freeze] = await titledNow(ctx, [freeze], "nothing");
      return named;
    }),
  );
}

async function notFrozen(ctx: Context, scope: Scope): Promise<Problem> {
  const ended = await scopeStatus(ctx, scope, freezeEnds);
  return new Problem("not_found", "That is not frozen now.", {
    field: "freeze",
    ...(ended ? { ended } : {}),
  });
}

function replaced({ by, at, until }: Freeze): Problem {
  const words = "That freeze is over, and a newer one has taken its place. The newer one stays.";
  return new Problem("not_found", words, { field: "freeze", ended: { how: "refrozen", by, at, until } });
}

/** Removes expired freezes, each with its entry, and returns them. They have had no effect since they expired. */
export async function endFreezes(ctx: Context): Promise<readonly Freeze[]> {
  const ended: Freeze[] = [];
  const moment = freezeMoment(ctx);
  for (const freeze of await ctx.workspace.freezes.list()) {
    if (isActive(freeze, moment)) continue;
    const event: AuditEvent<"freeze.ended"> = {
      ...(await scopeEvent(ctx, freeze)),
      ...byWhom(ctx),
      kind: "freeze.ended",
      outcome: "applied",
      details: freezeDetails(freeze),
    };
    if (await ctx.workspace.freezes.remove(freeze, event)) ended.push(freeze);
  }
  return ended;
}

/** The people who can change the numbers in a scope can freeze it. */
async function checkMayFreeze(ctx: Context, { connectionId }: Scope): Promise<Permissions> {
  if (connectionId !== undefined) await assertOperator(ctx, connectionId);
  const permissions = await assertRole(ctx, "operator", "freeze numbers");
  if (connectionId === undefined && permissions.deniedConnections.length > 0) {
    const words = "You may not freeze all numbers, because you may not change those of every connection.";
    throw new Problem("not_allowed", words);
  }
  return permissions;
}

function mayLift(ctx: Context, { by }: Freeze, { role }: Permissions): boolean {
  return roleIsEnough(role, "admin") || isSamePerson(by, ctx.actor);
}

function byWhom({ actor, requestId }: Context): Pick<AuditEvent, "actor" | "requestId"> {
  return { actor, requestId };
}

function freezeDetails({ title, until }: Freeze): AuditDetails<"freeze.set"> {
  return { title, ...(until === undefined ? {} : { until }) };
}

async function refusedOnRecord<Result>(
  ctx: Context,
  event: Pick<AuditEvent, "kind" | "connection" | "number" | "reason">,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const { kind, reason, ...about } = event;
    await recordRefusal(ctx, { ...about, kind: "action.refused", reason: reason ?? kind }, error);
    throw error;
  }
}

/** The shortest and the longest duration of a freeze, in milliseconds. */
const shortestMs = 60_000;
const longestMs = 30 * 24 * 60 * 60_000;

/** When a freeze that is set now expires. Throws invalid_input for the field `ends` if that is too soon or too late. */
function freezeExpiry(end: Expiry, now: Date): Date {
  const ms = end.kind === "after" ? end.ms : end.at.getTime() - now.getTime();
  if (ms >= shortestMs && ms <= longestMs) return new Date(now.getTime() + ms);
  const words = "A freeze ends after at least a minute and at most 30 days.";
  throw new Problem("invalid_input", words, { field: "ends" });
}
