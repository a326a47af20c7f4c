import { z } from "zod";
import { formatActor, parseActor } from "../../domain/shared/actor.ts";
import { snapshotSchema } from "../../domain/numbers/change.ts";
import { Problem, problemCodes, type ProblemDetails } from "../../domain/problem/problem.ts";

/** The longest request, in bytes. A file of routes may have a million characters, and JSON escapes some. */
export const mostRequestBytes = 4 * 1024 * 1024;

/** The id of a workspace (T…) or of an org-wide install (E…). */
export const workspacePattern = /^[TE][A-Z0-9]{2,30}$/u;
/** The id of a person in Slack. */
export const personPattern = /^[UW][A-Z0-9]{2,20}$/u;

/** What a command sends to the server. */
export const controlRequest = z.strictObject({
  command: z
    .string()
    .regex(/^[a-z]+(?:[.-][a-z]+)*$/u)
    .max(64),
  /** Without it, the only workspace that there is. */
  workspace: z.string().regex(workspacePattern).optional(),
  /** Who runs the command. Only the owner of the database can connect, so this is believed (ADR 53). */
  osUser: z.string().regex(/^[^\s\p{C}@]{1,64}$/u),
  /** The person in Slack with whose rights it runs. */
  as: z.string().regex(personPattern).optional(),
  input: z.unknown(),
});
export type ControlRequest = z.infer<typeof controlRequest>;

const freeze = z.object({
  title: z.string(),
  by: z.string().transform(parseActor),
  reason: z.string(),
  at: z.string(),
  until: z.string().optional(),
});

const details = z.object({
  field: z.string().optional(),
  vendorStatus: z.number().optional(),
  retryAfterMs: z.number().optional(),
  seen: snapshotSchema.optional(),
  now: snapshotSchema.optional(),
  nearest: z.array(z.string()).optional(),
  freeze: freeze.optional(),
  next: z.object({ words: z.string(), onCommandLine: z.string().optional() }).optional(),
  rules: z.array(z.object({ id: z.string(), title: z.string() })).optional(),
  startedBy: z.string().optional(),
  loading: z.boolean().optional(),
  id: z.string().optional(),
});

/** What the server answers. */
export const controlAnswer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("answer"), answer: z.unknown() }),
  z.object({
    kind: z.literal("problem"),
    problem: z.object({ code: z.enum(problemCodes), message: z.string(), details }),
  }),
  /** The server does not have this command: it has another version. */
  z.object({ kind: z.literal("not_understood") }),
  /** A bug, with the id in the server's log. */
  z.object({ kind: z.literal("bug"), id: z.string() }),
]);
export type ControlAnswer = z.input<typeof controlAnswer>;
type ReadProblem = Extract<z.output<typeof controlAnswer>, { readonly kind: "problem" }>["problem"];

/** A Problem as an answer, with the id of its request. */
export function problemAnswer({ code, message, details: about }: Problem, requestId: string): ControlAnswer {
  const { ended: _onlyForButtons, freeze: held, nearest, rules, ...rest } = about;
  return {
    kind: "problem",
    problem: {
      code,
      message,
      details: {
        id: requestId,
        ...rest,
        ...(nearest ? { nearest: [...nearest] } : {}),
        ...(rules ? { rules: [...rules] } : {}),
        ...(held ? { freeze: { ...held, by: formatActor(held.by) } } : {}),
      },
    },
  };
}

/** The Problem in an answer. */
export function problemOfAnswer({ code, message, details: about }: ReadProblem): Problem {
  return new Problem(code, message, withoutUndefined(about));
}

function withoutUndefined(about: z.output<typeof details>): ProblemDetails {
  const kept = Object.entries(about).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept);
}
