import type { NoteSender } from "../../domain/alerts/note-sender.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Context } from "../shared/context.ts";
import type { HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type WorkRunner } from "../shared/work/work-runner.ts";
import type { AlertWorkerOptions } from "./alert-workers.ts";

const atOnce = 10;
/** How often a note is tried, and the delay before the next attempt, in milliseconds. */
const mostAttempts = 3;
const againMs = 30_000;

/** What the worker needs. */
export interface NoteWorkerOptions extends Pick<
  AlertWorkerOptions,
  "store" | "log" | "timer" | "everyMs" | "track"
> {
  readonly sender: NoteSender;
  contextFor(workspaceId: string): Context;
}

/**
 * Writes the results of runs and changes back into the timeline of the alert that they were made for. The entry of the result
 * schedules the work. What fails is only logged: nobody waits for a note, and Slack has the result.
 */
export function noteWorker({ sender, contextFor, ...options }: NoteWorkerOptions): WorkRunner {
  const write = async ({ claim }: HeldWork): Promise<Again> => {
    const ctx = contextFor(claim.workspaceId);
    const sequence = Number(claim.itemId);
    const [entry] = await ctx.workspace.audit.entries({ beforeSequence: sequence + 1, limit: 1 });
    if (entry?.sequence !== sequence) return undefined;
    const failed = await noteEntry(ctx, entry, sender);
    if (failed === undefined) return undefined;
    ctx.log.warn({ sequence, why: failed.why }, "note not written into a timeline");
    const isLast = failed.isFinal || claim.attempts >= mostAttempts;
    return isLast ? undefined : { dueInMs: againMs, hasFailed: true };
  };
  return workRunner({
    ...options,
    kind: "alert_note",
    queue: options.store.work,
    atOnce,
    perLane: 1,
    retryMs: againMs,
    failed: "note not written into a timeline",
    run: write,
  });
}

/** Writes to each timeline, even after one that failed. Returns the last failure. */
async function noteEntry(ctx: Context, entry: AuditEntry, sender: NoteSender) {
  const { proposals, hooks } = ctx.workspace;
  const text = noteText(entry);
  let lastFailure: Awaited<ReturnType<NoteSender["send"]>>;
  for (const { hookId, source, alertIds } of await proposals.ofIncident(entry.details?.incident ?? "")) {
    const access = await noteAccessOf(ctx, hookId, hooks);
    const [alertId] = alertIds;
    if (!access || alertId === undefined) continue;
    const failed = await sender.send({ source, token: access.token, from: access.from, alertId, text });
    lastFailure = failed ?? lastFailure;
  }
  return lastFailure;
}

async function noteAccessOf(ctx: Context, hookId: string, hooks: Context["workspace"]["hooks"]) {
  try {
    return (await hooks.secrets(hookId)).note;
  } catch (error) {
    if (!isProblem(error)) throw error;
    ctx.log.warn({ hook: hookId, err: error }, "token for notes not read");
    return undefined;
  }
}

const runWords: Readonly<Partial<Record<AuditKind, string>>> = {
  "failover.held": "is complete",
  "failover.returned": "was taken back",
  "failover.ended": "is over: what its fail-back had left was found not to be switched",
  "failover.stopped": "was stopped",
};

/** Who did what, how it ended, and under which id the audit log has it. */
export function noteText({
  kind,
  actor,
  details = {},
  change,
  changeId = "",
  outcome,
  number,
}: AuditEntry): string {
  const by = `by ${formatActor(actor)}`;
  const { run, plan = "", changed, of, seconds, left } = details;
  const words = runWords[kind];
  if (words !== undefined) {
    const counts = changed === undefined || of === undefined ? "" : `: ${changed} of ${of} numbers changed`;
    const took = seconds === undefined ? "" : ` in ${seconds} s`;
    const notBack = left === undefined ? "" : `, ${left} could not be put back`;
    return `Patchbay: failover ${plan} ${words}${counts}${took}${notBack} (run ${run ?? ""}).`;
  }
  return `Patchbay: ${change ?? "change"} of ${number?.e164 ?? "a number"} ${by}: ${outcome ?? "unknown"} (change ${changeId}).`;
}
