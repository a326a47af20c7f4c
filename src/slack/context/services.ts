import type { WebClient } from "@slack/web-api";
import type { ApprovalsJob } from "../../operations/approval/approvals-job.ts";
import type { OnCallTools } from "../../domain/access/on-call.ts";
import type { OnCallReader } from "../../operations/access/on-call-reader.ts";
import type { Installations } from "../../domain/ports/installations.ts";
import type { Locks } from "../../domain/ports/locks.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Metrics } from "../../domain/ports/metrics.ts";
import type { Tracer } from "../../domain/ports/tracer.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { Store } from "../../domain/ports/store.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { RefusalSummary } from "../../operations/shared/refusal-summary.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { ContextFor } from "../../operations/shared/context-factory.ts";
import type { FindInstalled, Installed } from "./installed.ts";
import type { SlackMemory } from "./slack-memory.ts";

/** Two clients for Slack's Web API: `quick` never retries, for calls that depend on a trigger_id; `patient` retries. */
export interface Clients {
  readonly quick: WebClient;
  readonly patient: WebClient;
}

/** Slack's Web API clients by token. */
export interface SlackClients {
  /** The clients of a token, created once. Sends nothing until they are used. */
  (token: string): Clients;
  /** Drops the clients of a token that is no longer valid. */
  forget(token: string): void;
}

/** The person whose App Home is redrawn, and the conversation of the request, if any. */
export interface HomeOwner {
  readonly userId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly requestId: string;
}

/** Work that continues after the ack and that stopping waits for. */
export interface BackgroundTasks {
  track(work: Promise<unknown>): void;
  /** Aborts when the process stops, for waiting work that the next process can continue. */
  readonly stopping: AbortSignal;
  /** Asks running work to stop. Resolves to true once nothing is running, or to false after that many milliseconds. */
  drain(limitMs: number): Promise<boolean>;
}

/** The dependencies of the Slack server. */
export interface SlackDeps {
  readonly store: Store;
  readonly accounts: VendorAccounts;
  readonly locks: Locks;
  readonly contextFor: ContextFor;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  readonly backgroundTasks: BackgroundTasks;
  readonly memory: SlackMemory;
  /** Counts repeated refusals. */
  readonly refusals: RefusalSummary;
  readonly installations: Installations;
  readonly slackApiUrl: string;
  /** When this process started, for a bot token that was never used before. */
  readonly startedAt: Date;
  readonly findInstalled: FindInstalled;
  readonly clients: SlackClients;
  /** Redraws a person's App Home after an event without a conversation, which may belong there. */
  redrawHomeOf(installed: Installed, whose: HomeOwner): Promise<void>;
  /** Who is on call. */
  readonly onCall: OnCallReader;
  /** Schedules as their tools know them. */
  readonly onCallTools: OnCallTools;
  /** See `WebhookSender.checkUrl`. */
  checkWebhookUrl(url: string): string;
  /** Hands a change with an unknown outcome to the reconciler. */
  reconcileLater(workspaceId: string, changeId: string): void;
  /** See `RunRunner.carryOut`. */
  carryOutRun(ctx: Context, run: Run): Promise<void>;
  /** Looks for runs to continue or to report, for one whose state has just changed. */
  checkRuns(): void;
  readonly approvals: Pick<ApprovalsJob, "ask" | "afterApproval">;
  /** Delivers what is due in the outbox soon. */
  deliverPending(): void;
  /** See `ButtonWatcher.check`. */
  checkButtons(workspaceId: string, subject?: string): void;
  /** See `ButtonWatcher.checkNow`. */
  checkButtonsNow(workspaceId: string, subject: string): Promise<void>;
  /** The installation of a workspace by its key, for messages without a request. */
  installationOf(workspaceId: string): Promise<Installed | undefined>;
  now(): Date;
  newId(prefix: string): string;
}
