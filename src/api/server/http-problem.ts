import { formatActor } from "../../domain/shared/actor.ts";
import type { Problem, ProblemCode } from "../../domain/problem/problem.ts";
import type { ApiAnswer } from "./api-answer.ts";

/** The problems that only HTTP has, besides those of `Problem`. */
export const httpCodes = [
  "malformed",
  "unauthorized",
  "token_in_url",
  "scope_missing",
  "no_such_path",
  "method_not_allowed",
  "too_long",
  "unsupported_media_type",
  "precondition_required",
  "idempotency_key_reused",
  "invalid_routes",
  "request_running",
  "request_lost",
  "overloaded",
  "too_many_requests",
  "database_unavailable",
  "bug",
] as const;
export type HttpCode = (typeof httpCodes)[number];

/** What a problem says besides its title and detail (RFC 9457, 3.2). */
export type ProblemMembers = Readonly<Record<string, unknown>>;

/** A request that HTTP itself answers, before or instead of an operation. */
export class HttpProblemError extends Error {
  readonly status: number;
  readonly code: HttpCode;
  readonly members: ProblemMembers;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: HttpCode,
    message: string,
    more: {
      readonly members?: ProblemMembers;
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = "HttpProblemError";
    this.status = status;
    this.code = code;
    this.members = more.members ?? {};
    this.headers = more.headers ?? {};
  }
}

/** The status of each Problem, if nothing was sent to the vendor or the vendor refused it (ADR 60). 5xx changed nothing. */
export const statusOf: Readonly<Record<ProblemCode, number>> = {
  invalid_input: 422,
  nothing_to_change: 409,
  already_requested: 409,
  conflict: 409,
  not_found: 404,
  not_allowed: 403,
  not_connected: 409,
  credentials_rejected: 502,
  unsupported: 422,
  vendor_refused: 422,
  vendor_ignored: 422,
  rate_limited: 503,
  vendor_unavailable: 503,
  vendor_response_unreadable: 502,
  frozen: 423,
  approval_required: 403,
  ruled_out: 403,
  outcome_unknown: 202,
  not_recorded: 503,
};

const titles: Readonly<Record<number, string>> = {
  202: "Accepted",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  423: "Locked",
  428: "Precondition Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

const whoUnfreezes = "The person who froze it, or an admin, can unfreeze it.";
const sentence = (text: string): string => (/[.!?]$/u.test(text) ? text : `${text}.`);

const problemType = "application/problem+json";
/** For what is temporary and says no time itself, in seconds. */
const soonSeconds = 5;

/** An answer with a problem in the format of RFC 9457. */
export function problemAnswer(
  status: number,
  code: ProblemCode | HttpCode,
  detail: string,
  members: ProblemMembers = {},
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer {
  const retry =
    status === 503 && headers["retry-after"] === undefined ? { "retry-after": String(soonSeconds) } : {};
  return {
    status,
    headers: { ...headers, ...retry, "content-type": problemType },
    body: {
      type: `urn:patchbay:problem:${code}`,
      title: titles[status] ?? "Problem",
      status,
      code,
      detail: code === "frozen" ? `${sentence(detail)} ${whoUnfreezes}` : detail,
      ...members,
    },
  };
}

/** The answer for a Problem, with everything that a program can use of its details. */
export function answerOfProblem(problem: Problem, members: ProblemMembers = {}): ApiAnswer {
  const { code, message, details } = problem;
  const { field, nearest, seen, now, freeze, rules, retryAfterMs, vendorStatus } = details;
  const all = {
    ...(field === undefined ? {} : { field }),
    ...(nearest === undefined ? {} : { nearest }),
    ...(seen === undefined ? {} : { seen }),
    ...(now === undefined ? {} : { now }),
    ...(rules === undefined ? {} : { rules }),
    ...(vendorStatus === undefined ? {} : { vendorStatus }),
    ...(freeze === undefined
      ? {}
      : {
          freeze: {
            title: freeze.title,
            by: formatActor(freeze.by),
            reason: freeze.reason,
            at: freeze.at,
            until: freeze.until,
          },
        }),
    ...members,
  };
  return problemAnswer(statusOf[code], code, message, all, retryHeader(retryAfterMs));
}

/** The header that says when to try again; none if nothing is known. */
export function retryHeader(retryAfterMs: number | undefined): Readonly<Record<string, string>> {
  return retryAfterMs === undefined
    ? {}
    : { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) };
}
