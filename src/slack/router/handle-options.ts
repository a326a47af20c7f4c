import type { AllMiddlewareArgs, SlackOptionsMiddlewareArgs } from "@slack/bolt";
import type { Option } from "@slack/types";
import type { RequestContext } from "../context/request-context.ts";
import { incoming } from "../listener/incoming.ts";
import { handleRequest } from "../listener/listener.ts";
import type { SlackDeps } from "../context/services.ts";
import { loadState } from "../forms/stored-state.ts";
import { agentOptions } from "../change/agent-options.ts";
import { answerOptions } from "../listener/options-deadline.ts";
import { groupOptions } from "../settings/group-options.ts";
import { numberOptions } from "../change/number-options.ts";

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

async function optionsFor(
  req: RequestContext,
  {
    actionId,
    typed,
    metadata,
  }: { readonly actionId: string; readonly typed: string; readonly metadata: string },
): Promise<Option[]> {
  if (actionId === "number") return numberOptions(req, typed);
  if (actionId.endsWith("_groups")) return groupOptions(req, typed);
  if (actionId === "agent") return agentOptions(req, metadata, typed);
  const spec = req.deps.accounts.vendors
    .flatMap(({ capabilities }) => capabilities.fields)
    .find(({ id, input }) => id === actionId && input === "agent");
  return spec ? agentOptions(req, metadata, typed, spec.clearable) : [];
}
