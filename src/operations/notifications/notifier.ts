import type { Fallback } from "../../domain/alerts/fallback.ts";
import type { Proposal } from "../../domain/alerts/proposal.ts";
import type { AddressedUpdate } from "../../domain/notifications/messages-with-buttons.ts";
import type { Approval } from "../../domain/changes/approval.ts";
import type { AuditEntry, ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { SeenDrift } from "../../domain/changes/drift.ts";
import type { ExpiryNotice } from "../../domain/changes/expiry-notice.ts";
import type { OutboxMessage } from "../../domain/notifications/outbox.ts";
import type { SavedPlan } from "../../domain/failover/plan.ts";
import type { Readiness } from "../../domain/failover/readiness.ts";
import type { Problem } from "../../domain/problem/problem.ts";
import type { MessageAddress, ReplyTarget } from "../../domain/notifications/reply-target.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { WorkspaceSettings } from "../../domain/access/workspace-settings.ts";
import type { Webhook } from "../../domain/webhooks/webhook.ts";
import type { ChangeResult } from "../change/change-number.ts";
import type { Context } from "../shared/context.ts";
import type { FirstCallNotice } from "../../domain/changes/first-call-notice.ts";
import type { CountedRefusal } from "../shared/refusal-summary.ts";

/** How far a notification got. */
export interface Notified {
  /** Whether people can read it, now or once a stored message is delivered. */
  readonly isDelivered: boolean;
  /** The address of its new message, if that can be updated. */
  readonly message?: MessageAddress | undefined;
}

/** The result of an approved change. */
export type ExecutedApproval =
  | { readonly kind: "changed"; readonly result: ChangeResult }
  /** An earlier process, which has stopped since, recorded it. */
  | { readonly kind: "recorded"; readonly record: ChangeRecord }
  /** The run that it was for has begun. */
  | { readonly kind: "begun"; readonly run: Run }
  /** The change pipeline refused it: nothing was changed, and nothing will be. */
  | { readonly kind: "refused"; readonly problem: Problem };

/** What became of a stored message. */
export type Delivery =
  | { readonly kind: "delivered" }
  /** It can be delivered later; what is behind it has to wait. */
  | { readonly kind: "later" }
  /** It can never be delivered. People at its destination were notified that there was one. */
  | { readonly kind: "dropped"; readonly reason: string }
  /** Nobody misses it: its workspace is gone, or the update that it makes cannot be read. */
  | { readonly kind: "obsolete" };

/** An audit entry to announce, or why it cannot be read. */
export type AnnouncedEntry =
  | {
      readonly entry: AuditEntry;
      readonly settings: WorkspaceSettings;
      /** The `change.requested` entry, for an outcome. */
      readonly requested: AuditEntry | undefined;
    }
  | { readonly error: unknown };

/** Why people are reminded of a run. */
export type RunReminder = "paused" | "ended_paused" | "ended" | "doubtful" | "not_operator";

/** The report of one run. */
export interface RunReport {
  /** Shows that it has begun. Returns at once. */
  begun?(run: Run): void;
  /** Shows the progress. Returns at once; reports that come too fast are skipped. */
  progressed(run: Run): void;
  /**
   * Shows that it waits for a first call; in the form too if this process has just brought it there, because the person may have
   * opened something else in it since. A run without tiers never waits.
   */
  waits?(run: Run, options: { readonly hasProgressed: boolean }): Promise<void>;
  /** Reports that it is paused, held or stopped, or that a failover is over because nothing of it is left. */
  halted(run: Run): Promise<void>;
  /** Reports the result. */
  finished(run: Run): Promise<void>;
  /** Reports that it has started, and that its progress cannot be recorded now. */
  notRecorded(problem: Problem): Promise<void>;
}

/**
 * How people are notified of what Patchbay does on its own: a port, which the Slack server implements. A message that Slack
 * does not accept now is stored and delivered later. A method throws only what the store throws.
 */
export interface Notifier {
  /** The announcement of an audit entry, for the outbox; undefined if it is not announced. */
  announcement(workspaceId: string, sequence: number, entry: AnnouncedEntry): unknown;
  /** Reports to the requester that a request was declined, or expired. */
  approvalClosed(ctx: Context, approval: Approval): Promise<void>;
  /** Reports the result of an approved change to the requester, and why it was refused to the approvers as well. */
  approvalExecuted(ctx: Context, approval: Approval, executed: ExecutedApproval): Promise<Notified>;
  /**
   * Asks the approvers to decide on a request: those on call among them first, everybody who was not asked yet, or the next one
   * for a second approval.
   */
  approvalRequested(ctx: Context, approval: Approval, whom?: "first" | "everybody" | "next"): Promise<void>;
  /**
   * Tells the channel for approvals and the admins of a change by break-glass on the command line. If Slack does not say
   * now who the admins are, nobody is told, unless `isLast`. Returns whether that is done.
   */
  brokeGlass(ctx: Context, record: ChangeRecord, isLast: boolean): Promise<boolean>;
  /** Reports the outcome of a change, or that it is still unknown, in the form and the message where it was reported. */
  changeSettled(ctx: Context, record: ChangeRecord, replyTo: ReplyTarget): Promise<Notified>;
  /** Reports to the requester alone that a change was never sent. */
  changeNeverSent(ctx: Context, changeId: string, replyTo: ReplyTarget): Promise<Notified>;
  /** Delivers a message of the outbox, that many milliseconds after it was stored. */
  deliver(stored: OutboxMessage, lateMs: number): Promise<Delivery>;
  /** Reports drift, and returns the findings that it reported: as many as fit into a message, none without a channel. */
  driftFound(ctx: Context, found: readonly SeenDrift[]): Promise<readonly SeenDrift[]>;
  /** Shows who answered the first calls after a change in the message about it, and says bad news in one of its own. */
  firstCall(ctx: Context, notice: FirstCallNotice): Promise<void>;
  /** Reports a run to the person who confirmed it, from its start to its result. */
  followRun(ctx: Context, run: Run): RunReport;
  /** Reminds people of a run: it is paused for long, its end has come (maybe while it is paused), or it was not taken back because of a doubt. */
  runReminder(ctx: Context, run: Run, about: RunReminder): Promise<void>;
  /**
   * The updates of messages about a subject (`subjectOf`) whose buttons are for something that is over; undefined if
   * there are some and the workspace has no installation, so that they have to wait.
   */
  outdatedMessages(workspaceId: string, subject: string): Promise<readonly AddressedUpdate[] | undefined>;
  /** Tells the owner of a failover plan that its approval is about to end. Returns whether anybody could be told. */
  planApprovalEnds(ctx: Context, saved: SavedPlan, why: string): Promise<boolean>;
  /** Tells the owner of a failover plan that it is not ready. Returns whether anybody could be told. */
  planNotReady(ctx: Context, saved: SavedPlan, found: Readiness): Promise<boolean>;
  /** Sends the admins a summary of what was refused. */
  refused(ctx: Context, refusals: readonly CountedRefusal[]): Promise<void>;
  /**
   * Tells the admins that a webhook was paused. If Slack does not say now who they are, nobody is told, unless `isLast`.
   * Returns whether that is done.
   */
  webhookPaused(ctx: Context, webhook: Webhook, isLast: boolean): Promise<boolean>;
  /**
   * Shows what alerts propose, in the channel of their mapping: as a new message, or as an update of the one that there is.
   * Returns false if an earlier update still waits for Slack.
   */
  alertsProposed(ctx: Context, proposal: Proposal): Promise<boolean>;
  /** Tells the channel that alerts are resolved, and offers the way back for what is still on its fallback. */
  alertsResolved(ctx: Context, proposal: Proposal, fallback: Fallback): Promise<void>;
  /** Reminds a person of what is still on its fallback. */
  fallbackReminder(ctx: Context, proposal: Proposal, fallback: Fallback, userId: string): Promise<void>;
  /** Reports what became of a temporary change where it was requested. */
  temporaryChange(ctx: Context, notice: ExpiryNotice): Promise<void>;
}
