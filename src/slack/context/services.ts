import type { WebClient } from "@slack/web-api";
import type { Installations } from "../../domain/installations.ts";
import type { Log } from "../../domain/log.ts";
import type { Metrics } from "../../domain/metrics.ts";
import type { Store } from "../../domain/store.ts";
import type { VendorAccounts } from "../../domain/vendor.ts";
import type { RefusalSummary } from "../../operations/shared/refusal-summary.ts";
import type { WithLock } from "../../operations/shared/locks.ts";
import type { NumberIndexes } from "../../operations/shared/number-indexes.ts";
import type { FindInstalled, Installed } from "./installed.ts";
import type { SlackMemory } from "./slack-memory.ts";

/** Slack's Web API twice: `quick` gives up at once, for what depends on a trigger_id; `patient` retries. */
export interface Clients {
  readonly quick: WebClient;
  readonly patient: WebClient;
}

/** Slack's Web API clients by token. */
export interface SlackClients {
  /** The pair of a token, made once. Nothing is sent until it is used. */
  (token: string): Clients;
  /** Drops the pair of a token that is no longer good. */
  forget(token: string): void;
}

/** Whose App Home is drawn again, and the conversation that what happened was asked in, if any. */
export interface HomeOwner {
  readonly userId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly requestId: string;
}

/** Work that goes on after the ack, so that stopping can wait for it. */
export interface BackgroundTasks {
  track(work: Promise<unknown>): void;
  /** Aborted when the process is to end, for work that waits and can be taken up by the next one. */
  readonly stopping: AbortSignal;
  /** Asks what runs to end. Resolves true once nothing is running, false after that many milliseconds. */
  drain(limitMs: number): Promise<boolean>;
}

/** Everything that the Slack door is handed by the composition. */
export interface SlackDeps {
  readonly store: Store;
  readonly accounts: VendorAccounts;
  readonly withLock: WithLock;
  readonly numberIndexes: NumberIndexes;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Another shortest time for changes that end by themselves, in milliseconds; for a demo. */
  readonly shortestEndMs?: number | undefined;
  readonly backgroundTasks: BackgroundTasks;
  readonly memory: SlackMemory;
  /** Which refusals are written one by one, and how often the others came. */
  readonly refusals: RefusalSummary;
  readonly installations: Installations;
  readonly slackApiUrl: string;
  /** When this process began to serve: news of an uninstall from before is a late repeat, and it has a live token. */
  readonly startedAt: Date;
  readonly findInstalled: FindInstalled;
  readonly clients: SlackClients;
  /** Draws somebody's App Home again, where what is told belongs there: it was asked in no conversation. */
  redrawHomeOf(installed: Installed, whose: HomeOwner): Promise<void>;
  /** Hands a change with an unknown outcome to the reconciler. */
  reconcileLater(workspaceId: string, changeId: string): void;
  /** Has the outbox of a workspace worked off soon. */
  sayLater(workspaceId: string): void;
  /** See `ActWatcher.look`. */
  lookAtActs(workspaceId: string, subject?: string): void;
  /** The installation of a workspace by its key, for what is said without a request. */
  installationOf(workspaceId: string): Promise<Installed | undefined>;
  /** See `Context.isClockSkewed`. */
  isClockSkewed(): boolean;
  now(): Date;
  /** See `Context.monotonicMs`. */
  monotonicMs(): number;
  /** Whether the machine's clock is known to be wrong. */
  readonly clock: { isSkewed(): boolean };
  /** See `Context.pause`. */
  pause(ms: number): Promise<void>;
  newId(prefix: string): string;
}
