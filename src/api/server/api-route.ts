import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import type { ApiToken, TokenScope } from "../../domain/access/api-token.ts";
import type { Approval } from "../../domain/changes/approval.ts";
import type { Snapshot } from "../../domain/numbers/change.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { ApiAnswer } from "./api-answer.ts";
import { HttpProblemError } from "./http-problem.ts";
import { jsonPointer } from "./json-pointer.ts";

/** What the process does besides, in which the API runs. */
export interface ApiHooks {
  /** Asks the approvers in Slack. */
  askApprovers(ctx: Context, approval: Approval): void;
  /** Carries a run out that has begun, in the background. */
  carryOutRun(ctx: Context, run: Run): void;
  /** The states that ETags stand for, as far as this process has sent them. */
  readonly seenStates: SeenStates;
}

/** Remembers states by their ETags, so that a conflict can show both states. */
export interface SeenStates {
  note(workspaceId: string, etag: string, state: Snapshot): void;
  find(workspaceId: string, etag: string): Snapshot | undefined;
}

/** The parts of an authenticated request. */
export interface ApiCall {
  readonly ctx: Context;
  readonly token: ApiToken;
  readonly hooks: ApiHooks;
  readonly headers: IncomingHttpHeaders;
  /** The path's parameters, the query and the body, not yet read. */
  readonly parts: {
    readonly path: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, string | readonly string[]>>;
    readonly body: unknown;
  };
}

/** A schema with the name that it has in the document. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: z.ZodType;
}

/** An answer that is not a problem, for the document. */
export interface DocumentedAnswer extends NamedSchema {
  readonly description: string;
  /** Headers by name, with what they are. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the router and the document need of a method and a path. */
export interface RouteDescription {
  readonly method: "GET" | "POST";
  /** With parameters in braces: `/v1/changes/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** The least scope of a token that may use it. */
  readonly scope: TokenScope;
  /** The headers that it requires, with what they are. */
  readonly requires?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, DocumentedAnswer>>;
  /** The statuses of its problems, besides those of every path. */
  readonly problems: readonly number[];
}

/** A method and a path, and what it does. */
export interface ApiRoute extends RouteDescription {
  /** The schema of the parts: `path`, `query`, and `body` if it has one. */
  readonly input: z.ZodType;
  run(call: ApiCall): Promise<ApiAnswer>;
}

/** The schemas of a route without parameters, query and body. */
export const noParts = { path: z.strictObject({}), query: z.strictObject({}) };

/** Makes a route. Throws HttpProblemError for parts of another form, and what `run` throws. */
export function apiRoute<Input>({
  input,
  run,
  ...route
}: RouteDescription & {
  readonly input: z.ZodType<Input>;
  run(call: ApiCall, input: Input): Promise<ApiAnswer>;
}): ApiRoute {
  return {
    ...route,
    input,
    run: async (call) => {
      const read = input.safeParse(call.parts);
      if (!read.success) throw malformed(read.error);
      return run(call, read.data);
    },
  };
}

function malformed({ issues }: z.ZodError): HttpProblemError {
  const errors = issues.map(({ path: [part, ...steps], message }) => ({
    in: String(part),
    at: jsonPointer(steps),
    message,
  }));
  const words = "The request has another form than it should: see errors.";
  return new HttpProblemError(422, "malformed", words, { members: { errors } });
}
