import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewResponseAction } from "@slack/bolt";
import { Problem } from "../../domain/problem/problem.ts";
import { incoming } from "../listener/incoming.ts";
import { inputValues } from "../forms/input-values.ts";
import { formRoute } from "../listener/submission.ts";
import type { SlackDeps } from "../context/services.ts";
import { textModal } from "../forms/text-modal.ts";
import { findRoute } from "../listener/routes.ts";
import { formRoutes } from "./routes.ts";

/** Handles a submitted form, or one that was closed. */
export async function handleSubmission(
  deps: SlackDeps,
  { body, view, context, ack }: SlackViewMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  if (body.type !== "view_submission") {
    deps.memory.latestRequests.close(view.id);
    return ack();
  }
  const route = findRoute(formRoutes, view.callback_id) ?? unknownForm;
  const request = incoming<ViewResponseAction>("view_submission", route.id, body, context, async (answer) =>
    answer ? ack(answer) : ack(),
  );
  await route.submit(
    deps,
    {
      ...request,
      answerIfFailed: ({ text }) => errorsAt(view.state, text),
      answerIfNotInstalled: ({ blocks }) => ({
        response_action: "update",
        view: textModal("Patchbay", blocks),
      }),
    },
    view,
  );
}

const unknownForm = formRoute("unknown", {
  ack: () => {
    throw new Problem("invalid_input", "This form belongs to another version of Patchbay.");
  },
  run: async () => undefined,
});

/** An error at the first input of a form, so that it keeps what was typed; undefined without inputs. */
function errorsAt(state: { readonly values?: unknown }, words: string): ViewResponseAction | undefined {
  const [first] = inputValues(state).values();
  return first && { response_action: "errors", errors: { [first.blockId]: words } };
}
