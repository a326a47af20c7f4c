import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { z } from "zod";
import type { KeptRequest, KeyedRequest } from "../../domain/ports/idempotency-keys.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { ApiAnswer } from "./api-answer.ts";
import { answerOfProblem, HttpProblemError } from "./http-problem.ts";

/** How long a request may wait before its change is recorded, in milliseconds. After that, nothing is sent any more. */
export const longestWaitMs = 60_000;
/** When a request that recorded nothing counts as lost, in milliseconds; the clocks of servers may differ. */
const lostAfterMs = 2 * longestWaitMs;
const keptAnswer = z.object({ headers: z.record(z.string(), z.string()), body: z.unknown() });
const replayed = { "idempotent-replayed": "true" };

/** What a keyed request does, and where its answer is found if none was kept. */
export interface KeyedAct {
  act(): Promise<ApiAnswer>;
  /** The answer that the record gives, if what was asked for is there; its outcome too while the first request may run. */
  onRecord(id: string, isRunning: boolean): Promise<ApiAnswer | undefined>;
}

/** The SHA-256 of what a request asks for. */
export function fingerprintOf(parts: readonly unknown[]): string {
  return createHash("sha256")
    .update(canonicalize(parts) ?? "")
    .digest("hex");
}

/**
 * Does something once for each idempotency key, and answers repeats as the first request was answered. What failed
 * before anything was sent, and may work a moment later, can be repeated with the same key.
 */
export async function once(
  ctx: Context,
  request: KeyedRequest,
  { act, onRecord }: KeyedAct,
): Promise<ApiAnswer> {
  const { idempotencyKeys } = ctx.workspace;
  const kept = await idempotencyKeys.claim(request);
  if (kept) return repeated(ctx, request, kept, onRecord);
  // A bug leaves the key claimed: nobody knows how far it came, but the log does.
  const answer = await orProblem(ctx, act);
  if (answer.status >= 500) await idempotencyKeys.release(request);
  else await keep(ctx, request, answer);
  return answer;
}

async function orProblem(ctx: Context, act: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  try {
    return await act();
  } catch (error) {
    if (isProblem(error)) return answerOfProblem(error, { requestId: ctx.requestId });
    throw error;
  }
}

/** The answer is right even if it cannot be kept. A repeat then looks in the audit log. */
async function keep(
  ctx: Context,
  request: KeyedRequest,
  { status, headers = {}, body }: ApiAnswer,
): Promise<void> {
  try {
    await ctx.workspace.idempotencyKeys.answer(request, { status, body: JSON.stringify({ headers, body }) });
  } catch (err) {
    if (!isProblem(err, "not_recorded")) throw err;
    ctx.log.error({ requestId: ctx.requestId, changeId: request.changeId, err }, "api answer not kept");
  }
}

async function repeated(
  ctx: Context,
  request: KeyedRequest,
  kept: KeptRequest,
  onRecord: KeyedAct["onRecord"],
): Promise<ApiAnswer> {
  if (kept.fingerprint !== request.fingerprint)
    throw new HttpProblemError(
      422,
      "idempotency_key_reused",
      "This Idempotency-Key came before with another request. Nothing was changed by this one.",
    );
  const { answer, changeId } = kept;
  if (answer) {
    const { headers, body } = keptAnswer.parse(JSON.parse(answer.body));
    return { status: answer.status, body, headers: { ...headers, ...replayed } };
  }
  const isRunning = ctx.now().getTime() - kept.at.getTime() < lostAfterMs;
  const found = await onRecord(changeId, isRunning);
  if (found) return { ...found, headers: { ...found.headers, ...replayed } };
  throw isRunning
    ? new HttpProblemError(
        409,
        "request_running",
        "The first request with this Idempotency-Key still runs.",
        {
          members: { change: changeId },
          headers: { "retry-after": "2" },
        },
      )
    : new HttpProblemError(
        409,
        "request_lost",
        "The server ended before it recorded anything, so nothing was sent. Read the number again, and use another key.",
        { members: { change: changeId } },
      );
}
