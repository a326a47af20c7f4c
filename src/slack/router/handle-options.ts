import type { AllMiddlewareArgs, SlackOptionsMiddlewareArgs } from "@slack/bolt";
import type { Option } from "@slack/types";
import type { RequestContext } from "../context/request-context.ts";
import { incoming } from "../listener/incoming.ts";
import { handleRequest } from "../listener/listener.ts";
import type { SlackDeps } from "../context/services.ts";
import { loadState } from "../forms/stored-state.ts";
import { findRoute, type OptionsRequest } from "../listener/routes.ts";
import { optionsRoutes } from "./routes.ts";
import { answerOptions } from "../listener/options-deadline.ts";

/** Handles a keystroke in one of our selects with typeahead. */
export async function handleOptions(
  deps: SlackDeps,
  { body, options, context, ack }: SlackOptionsMiddlewareArgs<"block_suggestion"> & AllMiddlewareArgs,
): Promise<void> {
  const asked = {
    actionId: options.action_id,
    typed: options.value,
    metadata: body.view?.private_metadata ?? "",
  };
  await handleRequest(
    deps,
    incoming<{ options: Option[] }>("options", options.action_id, body, context, async (answer) =>
      ack(answer ?? { options: [] }),
    ),
    {
      ack: async (req) => ({
        answer: await answerOptions(req, async () =>
          optionsFor(req, { ...asked, metadata: await loadState(req, asked.metadata) }),
        ),
      }),
      run: async () => undefined,
      onError: async () => {},
      readsOnly: true,
    },
  );
}

async function optionsFor(req: RequestContext, asked: OptionsRequest): Promise<Option[]> {
  const route = findRoute(optionsRoutes, asked.actionId) ?? findRoute(optionsRoutes, "*");
  return route ? route.find(req, asked) : [];
}
