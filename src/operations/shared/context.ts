import type { Actor } from "../../domain/actor.ts";
import type { AuditConnection } from "../../domain/audit-log.ts";
import type { Log } from "../../domain/log.ts";
import type { Metrics } from "../../domain/metrics.ts";
import type { Authorizer } from "../../domain/authorization.ts";
import type { WorkspaceStore } from "../../domain/store.ts";
import type { Connection } from "../../domain/connections.ts";
import type { RequestMeta, Vendor, VendorAccount, VendorAccounts } from "../../domain/vendor.ts";
import type { Asked, RefusalSummary } from "./refusal-summary.ts";
import { exactAccount } from "./exact-account.ts";
import type { WithLock } from "./locks.ts";
import type { NumberIndexes } from "./number-indexes.ts";

/** What every operation is handed: one workspace, who asks, and the ways out. */
export interface Context {
  readonly workspace: WorkspaceStore;
  readonly actor: Actor;
  /** Names the request in the log and the audit log, and makes a repeated one recognisable. */
  readonly requestId: string;
  /** What was asked for, where a refusal that repeats is to be told from another one. */
  readonly asked?: Asked | undefined;
  /** Folds refusals that repeat; where there is none, each is written down. */
  readonly refusals?: RefusalSummary | undefined;
  /** Nobody asked for what is done in the actor's name, so a refusal is nobody's attempt: it is not written down or counted. */
  readonly unasked?: boolean | undefined;
  /** Nobody waits for what is done: at a vendor it goes after what people wait for. */
  readonly background?: boolean;
  /** For one step of work on many numbers: the agents that the work has looked up. */
  readonly lookedUp?: LookedUpAgents | undefined;
  /** Aborted when the process ends, for background work that waits. */
  readonly stopping?: AbortSignal | undefined;
  readonly accounts: VendorAccounts;
  readonly authorizer: Authorizer;
  readonly withLock: WithLock;
  readonly numberIndexes: NumberIndexes;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Another shortest time for changes that end by themselves, in milliseconds; for a demo. */
  readonly shortestEndMs?: number | undefined;
  /**
   * Hands on a change whose outcome is not known, to be looked at again in the background. For the person who asked for the
   * change, after the outcome was told, so that the news of a later look comes after it.
   */
  reconcileLater(changeId: string): void;
  /** Whether the machine's clock is known to be wrong: then nothing ends by it. */
  isClockSkewed?(): boolean;
  now(): Date;
  /**
   * Milliseconds since some fixed moment, for ages and deadlines: unlike `now()`, it does not move when somebody sets
   * the machine's clock. `now()` is for times that are written down or shown.
   */
  monotonicMs(): number;
  /** Waits so many milliseconds; a test hands in its own clock. */
  pause(ms: number): Promise<void>;
  /** A fresh, unguessable id with a prefix: `chg_…`. */
  newId(prefix: string): string;
}

/** The labels for agents that can be bound, or why one cannot, by connection and agent. */
export type LookedUpAgents = Map<string, Promise<Record<string, string>>>;

/** A connection with its vendor and its opened account. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly vendor: Vendor;
  readonly account: VendorAccount;
}

/** How long a vendor's single answer, with all that is done to get it, is waited for, in milliseconds. */
const deadlineMs = { form: 12_000, proof: 20_000, background: 30_000 };

/**
 * When a read is given up, retries and all: by somebody who looks at a form, by the proof of a change that was sent, by
 * work that nobody waits for, which the end of the process ends too. A read that is given up throws vendor_unavailable.
 */
export function deadline(reader: keyof typeof deadlineMs, stopping?: AbortSignal): AbortSignal {
  return timeLimit(deadlineMs[reader], stopping);
}

/** For whom a vendor is asked. */
export function asking({ requestId, background, workspace }: Context): RequestMeta {
  return { requestId, background, workspaceId: workspace.id };
}

/** Opens one of the workspace's connections: the only way to a vendor's numbers and agents. Throws not_found, and not_connected when its seal does not open. */
export async function openConnection(ctx: Context, connectionId: string): Promise<OpenConnection> {
  const connection = await ctx.workspace.connections.get(connectionId);
  const credentials = await ctx.workspace.connections.credentials(connectionId);
  const vendor = ctx.accounts.vendor(connection.vendor);
  const copies = ctx.workspace.inventory(connection);
  return {
    connection,
    vendor,
    account: exactAccount(ctx.accounts.open(connection, credentials, asking(ctx), copies), vendor.title),
  };
}

/** A connection as the audit log keeps it. */
export function auditConnection({ id, vendor, name, fingerprint }: Connection): AuditConnection {
  return { id, vendor, name, fingerprint };
}

/**
 * A signal that aborts with a TimeoutError after that many milliseconds, or with the other signal. Node
 * garbage-collects an `AbortSignal.timeout` that only an `AbortSignal.any` refers to; here the timer keeps it alive.
 */
export function timeLimit(ms: number, earlier?: AbortSignal): AbortSignal {
  if (!earlier) return AbortSignal.timeout(ms);
  const limit = new AbortController();
  const late = (): void => limit.abort(new DOMException("The time limit has passed.", "TimeoutError"));
  setTimeout(late, ms).unref();
  return AbortSignal.any([limit.signal, earlier]);
}
