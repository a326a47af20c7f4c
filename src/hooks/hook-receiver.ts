import type { IncomingMessage, ServerResponse } from "node:http";
import { hookIdPattern, type Hook } from "../domain/alerts/hook.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Store } from "../domain/ports/store.ts";
import { isProblem } from "../domain/problem/problem.ts";
import { bodyReader } from "../http/read-body.ts";
import { receiveAlerts, recordUnreadable } from "../operations/alerts/receive-alerts.ts";
import type { Context } from "../operations/shared/context.ts";
import type { RequestRates } from "../operations/shared/fixed-window-counter.ts";
import { readPayload } from "./payloads/read-payload.ts";
import { verifyRequest } from "./signatures/verify.ts";

/** The path of a hook, up to its id. */
export const hooksPath = "/hooks/";
/** The longest body, in bytes: PagerDuty never sends more. */
export const hookBodyLimit = 256 * 1024;
/** The limit for all unfinished bodies together, in bytes. Slack's have their own. */
const allBodiesLimit = 8 * 1024 * 1024;
/** How long ago something may have happened whose signature has no time, in milliseconds: PagerDuty retries for 20 min. */
const oldestMs = 24 * 60 * 60_000;

/** How many requests a hook takes within a minute: some sources send each of 200 incidents alone. */
export const mostPerMinute = 300;

/** What the receiver needs of the process. */
export interface HookReceiverOptions {
  readonly store: Pick<Store, "hookById" | "workspace">;
  readonly log: Log;
  readonly rates: RequestRates;
  now(): Date;
  /** A context of Patchbay itself, which has no person's rights. */
  contextFor(workspaceId: string, hookId: string): Context;
  /** Counts a request as running work, which a stopping server waits for. */
  track(work: Promise<unknown>): void;
  /** Looks for the work that a request has scheduled. */
  check(): void;
}

/** Answers the requests of sources. */
export interface HookReceiver {
  /** Never rejects. */
  answer(request: IncomingMessage, response: ServerResponse, id: string): Promise<void>;
}

type Answer = { readonly status: number; readonly retryAfterMs?: number; readonly delivery?: SeenDelivery };
/** A request that was accepted, so that it can be forgotten if its sender does not get the answer. */
type SeenDelivery = { readonly workspaceId: string; readonly hookId: string; readonly digest: string };

/**
 * Answers without words: a sender that is not known learns nothing, not even whether there is such a hook. A request is verified
 * before it is parsed, stored before it is answered, and its work is done after that.
 */
export function hookReceiver(options: HookReceiverOptions): HookReceiver {
  const { log, track } = options;
  const bodies = bodyReader(allBodiesLimit, hookBodyLimit);
  const respond = async (request: IncomingMessage, id: string): Promise<Answer> => {
    const body = await bodies.read(request).catch(() => undefined);
    if (body === undefined) return { status: gone };
    if (typeof body === "string") return { status: body === "too_long" ? 413 : 503 };
    const found = hookIdPattern.test(id) ? await options.store.hookById(id) : undefined;
    const verified = await verify(options, found, { headers: request.headers, body });
    if (!found || !verified) return { status: 401 };
    const { workspaceId, hook } = found;
    const waitMs = await options.rates.add(workspaceId, hook.id);
    if (waitMs !== undefined) return { status: 429, retryAfterMs: waitMs };
    const ctx = options.contextFor(workspaceId, hook.id);
    const read = readPayload(hook.source, body);
    if (read.kind === "unreadable") await recordUnreadable(ctx, hook);
    const isOld = read.kind === "alerts" && !isRecent(read.occurredAt, options.now());
    if (isOld) return { status: 401 };
    const alerts = read.kind === "alerts" ? read.alerts : [];
    const { digest } = verified;
    if (!(await receiveAlerts(ctx, { hook, digest, alerts }))) return { status: 401 };
    options.check();
    return {
      status: 202,
      ...(digest === undefined ? {} : { delivery: { workspaceId, hookId: hook.id, digest } }),
    };
  };
  return {
    answer: async (request, response, id) => {
      const work = respond(request, id).catch((error: unknown): Answer => {
        if (isProblem(error, "not_found")) return { status: 401 };
        log.error({ err: error }, "alert not received");
        return { status: 503 };
      });
      track(work);
      const { status, retryAfterMs, delivery } = await work;
      if (status === gone) {
        response.destroy();
        return;
      }
      log.info({ status, workspace: delivery?.workspaceId }, "alert request");
      if (delivery) forgetUnanswered(options, response, delivery);
      if (!request.complete) response.setHeader("connection", "close");
      if (retryAfterMs !== undefined) response.setHeader("retry-after", Math.ceil(retryAfterMs / 1000));
      response.writeHead(status).end();
    },
  };
}

/** The sender has gone away, so nobody waits for an answer. */
const gone = 0;

/** For a hook that is not there, or has no secret, the same is computed, so that the time does not say so. */
const noSecret = "whsec_bm8gaG9vayBoYXMgdGhpcyBzZWNyZXQ=";

async function verify(
  { store, now }: Pick<HookReceiverOptions, "store" | "now">,
  found: { readonly workspaceId: string; readonly hook: Hook } | undefined,
  raw: Pick<Parameters<typeof verifyRequest>[1], "headers" | "body">,
) {
  if (!found?.hook.hasSecret) {
    verifyRequest(found?.hook.source ?? "standard", { ...raw, secret: noSecret, now: now() });
    return undefined;
  }
  const { workspaceId, hook } = found;
  const { secret } = await store.workspace(workspaceId).hooks.secrets(hook.id);
  return secret === undefined ? undefined : verifyRequest(hook.source, { ...raw, secret, now: now() });
}

function isRecent(occurredAt: string | undefined, now: Date): boolean {
  return occurredAt === undefined || Math.abs(now.getTime() - Date.parse(occurredAt)) <= oldestMs;
}

/** A sender that never got the answer sends the same again, which must not look like a replay. */
function forgetUnanswered(
  { store, log, track }: Pick<HookReceiverOptions, "store" | "log" | "track">,
  response: ServerResponse,
  { workspaceId, hookId, digest }: SeenDelivery,
): void {
  const forget = (): void => {
    if (response.writableFinished) return;
    const { proposals } = store.workspace(workspaceId);
    track(
      proposals
        .forgetDelivery(hookId, digest)
        .catch((err: unknown) => log.warn({ workspace: workspaceId, err }, "unanswered alert not forgotten")),
    );
  };
  // The sender may have hung up while the alert was stored.
  if (response.destroyed) forget();
  else response.once("close", forget);
}
