import type { Option } from "@slack/types";
import { isProblem } from "../../domain/problem/problem.ts";
import type { RequestContext } from "../context/request-context.ts";
import { errorReply } from "./error-reply.ts";

/** Slack waits 3 s for options and ignores later ones. */
const limitMs = 2500;
/** How long to wait for a list, in milliseconds, so that the other options are still in time. */
export const optionsWaitMs = 2200;

/** Options in time: an empty list if they are late or fail, with the reason in the log. */
export async function answerOptions(
  req: RequestContext,
  load: () => Promise<Option[]>,
): Promise<{ options: Option[] }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Option[]>((resolve) => {
    timer = setTimeout(() => {
      req.ctx.log.warn({ requestId: req.ctx.requestId }, "options were late");
      resolve([]);
    }, limitMs);
  });
  const loading = load().catch((error: unknown) => {
    if (isProblem(error))
      req.ctx.log.warn({ requestId: req.ctx.requestId, problem: error.code }, "no options");
    else errorReply(req, error);
    return [];
  });
  try {
    return { options: await Promise.race([loading, late]) };
  } finally {
    clearTimeout(timer);
  }
}
