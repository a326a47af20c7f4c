import { isProblemCode } from "../../domain/problem/problem.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { ApiAnswer } from "../server/api-answer.ts";
import { problemAnswer, statusOf } from "../server/http-problem.ts";
import type { ChangeResource } from "./change-resource.ts";

/** 200 for a change that was applied, 202 for one whose outcome is not known or that waits, else a problem with it. */
export function answerOfChange(
  { requestId }: Pick<Context, "requestId">,
  change: ChangeResource,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer {
  const location = { ...headers, location: `/v1/changes/${change.id}` };
  switch (change.outcome) {
    case "applied":
      return { status: 200, body: change, headers: location };
    case "unknown":
    case "pending":
    case "asked":
      return { status: 202, body: change, headers: location };
    case "refused":
    case "declined":
    case "expired":
    case "withdrawn": {
      const { code = "", message = "The change was not made." } = change.problem ?? {};
      const known = isProblemCode(code) ? code : "vendor_refused";
      return problemAnswer(statusOf[known], known, message, { requestId, change }, location);
    }
  }
}
