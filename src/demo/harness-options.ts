import type { DestinationStream } from "pino";
import type { StartOptions } from "../start-options.ts";
import type { Timer } from "../domain/shared/timer.ts";
import type { VendorId } from "../domain/vendor/vendor.ts";
import type { SlowRequestLimits } from "../http/slow-requests.ts";
import type { WorkspaceSeed } from "../sandbox/slack/index.ts";
import type { AccountSeed } from "../sandbox/vendors/index.ts";

/** The app in separate processes, behind one URL. */
export interface AppServers {
  readonly url: string;
  /** The address of the HTTP API, if it is on. */
  readonly apiUrl?: string | undefined;
  stop(): Promise<unknown>;
}

/** How to build a harness. Everything has a default. */
export interface HarnessOptions {
  readonly mode?: "http" | "socket";
  readonly workspaces?: readonly WorkspaceSeed[];
  /** The vendors that the first workspace is connected to; those of the story by default. */
  readonly connected?: readonly VendorId[];
  /** Each vendor's account of the first workspace; a small realistic one by default. */
  readonly accounts?: (vendor: VendorId) => AccountSeed;
  readonly environment?: Readonly<Record<string, string>>;
  /** Starts the app elsewhere; in this process by default. */
  readonly startServers?: (environment: Readonly<Record<string, string>>) => Promise<AppServers>;
  readonly logTo?: DestinationStream;
  readonly outboxEveryMs?: number;
  readonly checkpointsEveryMs?: number;
  readonly timeEveryMs?: number;
  readonly driftEveryMs?: number;
  /** How often it looks for the first calls after changes. */
  readonly firstCallsEveryMs?: number;
  /** The interval at which expiries are checked. */
  readonly timedEveryMs?: number;
  /** How long the app waits for a slow vendor before it answers without it; 10 s, so that a busy machine is not slow. */
  readonly patientMs?: number;
  /** The minimum duration of temporary changes, in milliseconds. */
  readonly minExpiryMs?: number;
  /** How long Slack's trigger ids open a form, in milliseconds. */
  readonly triggerLifetimeMs?: number;
  /** Token rotation at Slack. Tests change the lifetime of new tokens. */
  readonly tokenRotation?: { lifetimeSeconds: number };
  /** How long the app lets a request take to arrive. */
  readonly slowRequestLimits?: SlowRequestLimits;
  readonly approvalsEveryMs?: number;
  readonly apiTokensEveryMs?: number;
  readonly runsEveryMs?: number;
  readonly runRemindersEveryMs?: number;
  /** The interval at which failover plans are checked. */
  readonly readinessEveryMs?: number;
  readonly alertsEveryMs?: number;
  /** The interval at which admins are notified of refusals. */
  readonly refusalsEveryMs?: number;
  /** The app's wall clock; the system's by default. */
  readonly now?: () => Date;
  /** Its monotonic clock; follows `now` by default. */
  readonly monotonicMs?: () => number;
  /** The app's delays between reads of a number; real ones by default. */
  readonly pause?: (ms: number) => Promise<void>;
  /** Timers for changes whose outcome is unknown; real ones by default. */
  readonly after?: StartOptions["after"];
  /** The clock of the vendors and of Slack; the system's by default. */
  readonly outsideNow?: () => Date;
  /** Whether expiries treat the clock as wrong. A clock that a test moves counts as correct by default. */
  readonly isClockSkewed?: () => boolean;
  /** How the app waits; see `InfrastructureOptions`. */
  readonly wait?: Timer["wait"];
}
