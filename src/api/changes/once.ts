import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { z } from "zod";
import type { KeptRequest, KeyedRequest } from "../../domain/ports/idempotency-keys.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { ApiAnswer } from "../server/api-answer.ts";
import { answerOfProblem, HttpProblemError } from "../server/http-problem.ts";
import { findChange } from "./change-resource.ts";
import { answerOfChange } from "./answer-of-change.ts";

/** Longer than any change takes, in milliseconds: it waits for its vendor, and reads the number again. */
const longestMs = 120_000;
const keptAnswer = z.object({ headers: z.record(z.string(), z.string()), body: z.unknown() });
const replayed = { "idempotent-replayed": "true" };

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
  act: () => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const { idempotencyKeys } = ctx.workspace;
  const kept = await idempotencyKeys.claim(request);
  if (kept) return repeated(ctx, request, kept);
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

async function repeated(ctx: Context, request: KeyedRequest, kept: KeptRequest): Promise<ApiAnswer> {
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
  const isRunning = ctx.now().getTime() - kept.at.getTime() < longestMs;
  const found = await onRecord(ctx, changeId, isRunning);
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
        "The server ended before it recorded this change, so nothing was sent. Read the number again, and use another key.",
        { members: { change: changeId } },
      );
}

/** The answer that the audit log gives, if the change is there, and its outcome too while the first request may run. */
async function onRecord(ctx: Context, changeId: string, isRunning: boolean): Promise<ApiAnswer | undefined> {
  try {
    const { change } = await findChange(ctx, changeId);
    return change.outcome === "pending" && isRunning ? undefined : answerOfChange(ctx, change);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}
