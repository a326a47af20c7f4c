import type { Actor } from "../../domain/shared/actor.ts";
import { logAbout } from "../../domain/ports/log.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { Context } from "./context.ts";

/** The parts of a context that all work of a process shares. The log is not yet about one workspace. */
export interface SharedParts extends Pick<
  Context,
  | "accounts"
  | "authorizer"
  | "locks"
  | "numberIndexes"
  | "log"
  | "metrics"
  | "tracer"
  | "patientMs"
  | "minExpiryMs"
  | "isClockSkewed"
  | "now"
  | "monotonicMs"
  | "pause"
  | "newId"
> {
  readonly store: Store;
}

/** The parts of a context that belong to one piece of work. */
export type OwnParts = {
  readonly [
    part in
      | "requestId"
      | "asked"
      | "refusals"
      | "automatic"
      | "background"
      | "lookedUp"
      | "stopping"
      | "authorizer"
      | "reconcileLater"
  ]?: Context[part] | undefined;
};

/**
 * Makes a context. Unless its own parts say otherwise, it has a fresh request id and the authorizer of the process, and
 * leaves changes without a known outcome to the server, which finds them at its next start.
 */
export type ContextFor = (workspaceId: string, actor: Actor, own?: OwnParts) => Context;

/** The one factory of contexts of a process. */
export function contextFactory(shared: SharedParts): ContextFor {
  return (workspaceId, actor, own = {}) => ({
    workspace: shared.store.workspace(workspaceId),
    actor,
    requestId: own.requestId ?? shared.newId("req"),
    asked: own.asked,
    refusals: own.refusals,
    automatic: own.automatic,
    background: own.background,
    lookedUp: own.lookedUp,
    stopping: own.stopping,
    accounts: shared.accounts,
    authorizer: own.authorizer ?? shared.authorizer,
    locks: shared.locks,
    numberIndexes: shared.numberIndexes,
    log: logAbout(shared.log, { workspace: workspaceId }),
    metrics: shared.metrics,
    tracer: shared.tracer,
    patientMs: shared.patientMs,
    minExpiryMs: shared.minExpiryMs,
    reconcileLater: own.reconcileLater ?? (() => undefined),
    isClockSkewed: shared.isClockSkewed,
    now: shared.now,
    monotonicMs: shared.monotonicMs,
    pause: shared.pause,
    newId: shared.newId,
  });
}

/** The same context with some parts replaced: for another actor, or for a step of the work. */
export function derivedContext(
  ctx: Context,
  parts: Partial<Pick<Context, "actor" | "requestId" | "lookedUp" | "stopping">>,
): Context {
  return { ...ctx, ...parts };
}
