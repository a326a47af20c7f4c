import { reopensMs, type Proposal } from "../../domain/alerts/proposal.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { Notifier } from "../notifications/notifier.ts";
import type { Context } from "../shared/context.ts";
import type { HeldWork } from "../shared/work/work-leases.ts";
import { workRunner, type Again, type RunnerTimer, type WorkRunner } from "../shared/work/work-runner.ts";
import { endResolvedIncident } from "./end-resolved-incident.ts";
import { findFallback, isSwitching } from "./find-fallback.ts";
import { openIncidentFor } from "./open-incident.ts";
import { previewProposal } from "./preview-proposal.ts";

/** How many proposals this process works on at once, and all servers together for one workspace. */
const atOnce = 10;
const perLane = 3;
const minute = 60_000;
/** The next attempt if Slack did not take a message, or the workspace has no installation, in milliseconds. */
const laterMs = 5_000;
const notInstalledMs = 10 * minute;
/** How old what was found of the numbers may be when the alert is reported again, in milliseconds. */
const previewMs = 5 * minute;

/** What the workers need. */
export interface AlertWorkerOptions {
  readonly store: Pick<Store, "work">;
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly everyMs: number;
  readonly notifier: Pick<Notifier, "alertsProposed" | "alertsResolved" | "fallbackReminder">;
  /** A context of Patchbay itself in which people have their rights; undefined if the workspace has no installation. */
  installedContext(workspaceId: string): Promise<Context | undefined>;
  /** Keeps the process alive during the work. */
  track(work: Promise<unknown>): void;
}

/**
 * Tells people what alerts propose. The request of the source has been answered by then, and whichever server claims the work
 * does it, so that a server that ends loses nothing.
 */
export function proposalWorker(options: AlertWorkerOptions): WorkRunner {
  const { notifier, installedContext } = options;
  const tell = async ({ claim: { workspaceId, itemId } }: HeldWork): Promise<Again> => {
    const ctx = await installedContext(workspaceId);
    if (!ctx) return { dueInMs: notInstalledMs };
    const found = await ctx.workspace.proposals.find(itemId);
    if (!found) return undefined;
    const proposal = await withIncident(ctx, found);
    const isTold = await notifier.alertsProposed(ctx, proposal);
    const later = { dueInMs: laterMs, hasFailed: true };
    if (proposal.state === "resolved") {
      // A message of its own does not wait for the update of an older one.
      const again = await notifyResolved(ctx, proposal, options);
      return isTold ? again : later;
    }
    if (!isTold) return later;
    if (!needsPreview(ctx, proposal)) return undefined;
    const preview = await previewProposal(ctx, proposal);
    await ctx.workspace.proposals.notePreview(proposal.id, preview);
    const isShown = await notifier.alertsProposed(ctx, { ...proposal, preview, isPosted: true });
    return isShown ? undefined : { dueInMs: laterMs, hasFailed: true };
  };
  return workRunner({
    ...shared(options),
    kind: "alert_proposal",
    failed: "people not told of alerts",
    run: tell,
  });
}

/** Reminds people of numbers that are still on their fallback, unless they were put back meanwhile. */
export function fallbackReminders(options: AlertWorkerOptions): WorkRunner {
  const { notifier, installedContext } = options;
  return workRunner({
    ...shared(options),
    kind: "alert_reminder",
    failed: "reminder of a fallback not sent",
    run: async ({ claim: { workspaceId, itemId } }) => {
      const ctx = await installedContext(workspaceId);
      if (!ctx) return { dueInMs: notInstalledMs };
      const [id = "", userId = ""] = itemId.split(" ");
      const proposal = await ctx.workspace.proposals.find(id);
      const fallback = proposal && (await findFallback(ctx, proposal));
      if (proposal && fallback) await notifier.fallbackReminder(ctx, proposal, fallback, userId);
      return undefined;
    },
  });
}

const shared = ({ store, log, timer, everyMs, track }: AlertWorkerOptions) => ({
  queue: store.work,
  log,
  timer,
  everyMs,
  atOnce,
  perLane,
  retryMs: laterMs,
  track,
});

async function withIncident(ctx: Context, proposal: Proposal): Promise<Proposal> {
  if (proposal.incident !== undefined || proposal.state === "resolved") return proposal;
  const incident = await openIncidentFor(ctx, proposal);
  if (incident === undefined) return proposal;
  await ctx.workspace.proposals.noteIncident(proposal.id, incident);
  return { ...proposal, incident };
}

function needsPreview(ctx: Context, { preview }: Proposal): boolean {
  return preview === undefined || ctx.now().getTime() - Date.parse(preview.at) > previewMs;
}

/** Offers the way back, once in a while for an alert that flaps; or ends the incident if nothing has to go back. */
async function notifyResolved(
  ctx: Context,
  proposal: Proposal,
  { notifier }: Pick<AlertWorkerOptions, "notifier">,
): Promise<Again> {
  const { id, toldResolvedAt = "", changedAt } = proposal;
  const isRecent = ctx.now().getTime() - Date.parse(toldResolvedAt) < reopensMs;
  // Results of people's work bring it here again, and are no news of the alert.
  const isTold = isRecent || toldResolvedAt >= changedAt;
  const fallback = isTold ? undefined : await findFallback(ctx, proposal);
  // A run that still switches is held soon, and can then be taken back.
  if (!fallback) {
    const isStillSwitching = !isTold && (await isSwitching(ctx, proposal));
    return isStillSwitching ? { dueInMs: minute } : endResolvedIncident(ctx, proposal);
  }
  await notifier.alertsResolved(ctx, proposal, fallback);
  await ctx.workspace.proposals.noteToldResolved(id);
  return undefined;
}
