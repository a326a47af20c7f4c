import type { Actor } from "../../domain/shared/actor.ts";
import type { AuditConnection } from "../../domain/audit/audit-log.ts";
import type { Locks } from "../../domain/ports/locks.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { Metrics } from "../../domain/ports/metrics.ts";
import type { Tracer } from "../../domain/ports/tracer.ts";
import type { Authorizer } from "../../domain/access/authorization.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { RequestMeta, Vendor, VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { VendorAccount } from "../../domain/vendor/vendor-account.ts";
import type { Asked, RefusalSummary } from "./refusal-summary.ts";
import { exactAccount } from "./exact-account.ts";
import type { NumberIndexes } from "./number-indexes.ts";

/** What every operation gets: one workspace, the actor, and access to everything outside. */
export interface Context {
  readonly workspace: WorkspaceStore;
  readonly actor: Actor;
  /** The id of the request in the log and the audit log. A repeated request has the same id. */
  readonly requestId: string;
  /** What was requested, to recognize repeated refusals. */
  readonly asked?: Asked | undefined;
  /** Counts repeated refusals. Without it, each is recorded. */
  readonly refusals?: RefusalSummary | undefined;
  /**
   * Background work in the actor's name. Its refusals are not attempts by that person, so they are not recorded or
   * counted.
   */
  readonly automatic?: boolean | undefined;
  /** Nobody waits for the result: vendors get these requests after those that people wait for. */
  readonly background?: boolean | undefined;
  /** For a step of bulk work: the agents that it has looked up. */
  readonly lookedUp?: LookedUpAgents | undefined;
  /** For a screen: the connections that it has opened. */
  readonly opened?: Map<string, Promise<OpenConnection>> | undefined;
  /** Aborts when the process ends, for background work that waits. */
  readonly stopping?: AbortSignal | undefined;
  readonly accounts: VendorAccounts;
  readonly authorizer: Authorizer;
  readonly locks: Locks;
  readonly numberIndexes: NumberIndexes;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  /** How long people wait for a slow vendor before Patchbay answers with what it knows, in milliseconds. */
  readonly patientMs: number;
  /** Replaces the minimum duration of temporary changes, in milliseconds, for the demo. */
  readonly minExpiryMs?: number | undefined;
  /**
   * Reconciles a change without a known outcome in the background. Call it after the person was notified, so that
   * later news comes after.
   */
  reconcileLater(changeId: string): void;
  /** Whether the machine's clock is known to be wrong. Then nothing expires. */
  isClockSkewed(): boolean;
  now(): Date;
  /**
   * Milliseconds since some fixed moment, for ages and deadlines. Unlike `now()`, it does not jump when somebody
   * sets the machine's clock.
   */
  monotonicMs(): number;
  /** Waits for that many milliseconds. Tests pass their own clock. */
  pause(ms: number): Promise<void>;
  /** A fresh, unguessable id with a prefix: `chg_…`. */
  newId(prefix: string): string;
}

/** The labels of assignable agents, or why one is not assignable, by connection and agent. */
export type LookedUpAgents = Map<string, Promise<Record<string, string>>>;

/** A connection with its vendor and its opened account. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly vendor: Vendor;
  readonly account: VendorAccount;
}

/** How long people wait unless somebody says otherwise; see `Context.patientMs`. */
export const defaultPatientMs = 2_500;

/** The time limits of a vendor's response including retries, in milliseconds. */
const deadlineMs = { form: 12_000, proof: 20_000, background: 30_000 };

/**
 * When a read times out, including retries: for a form, for verifying a change, and for background work, which also
 * stops with the process. Such a read throws vendor_unavailable.
 */
export function deadline(reader: keyof typeof deadlineMs, stopping?: AbortSignal): AbortSignal {
  return timeLimit(deadlineMs[reader], stopping);
}

/** On whose behalf a request is sent. */
export function requestMetaOf({ requestId, background, workspace }: Context): RequestMeta {
  return { requestId, background, workspaceId: workspace.id };
}

/**
 * Opens a connection of the workspace: the only way to a vendor's numbers and agents. Throws not_found, and
 * not_connected if its credentials cannot be decrypted.
 */
export async function openConnection(ctx: Context, connectionId: string): Promise<OpenConnection> {
  const { opened } = ctx;
  if (!opened) return open(ctx, connectionId);
  const opening = opened.get(connectionId) ?? open(ctx, connectionId);
  opened.set(connectionId, opening);
  return opening;
}

/** A context in which each connection is opened only once, for a screen that several queries fill. */
export function openingOnce(ctx: Context): Context {
  return { ...ctx, opened: new Map() };
}

async function open(ctx: Context, connectionId: string): Promise<OpenConnection> {
  const { connections } = ctx.workspace;
  const [connection, credentials] = await Promise.all([
    connections.get(connectionId),
    connections.credentials(connectionId),
  ]);
  const vendor = ctx.accounts.vendor(connection.vendor);
  const copies = ctx.workspace.inventory(connection);
  return {
    connection,
    vendor,
    account: exactAccount(
      ctx.accounts.open(connection, credentials, requestMetaOf(ctx), copies),
      vendor.title,
    ),
  };
}

/** A connection for an audit entry. */
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
