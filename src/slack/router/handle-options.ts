import type { AllMiddlewareArgs, SlackOptionsMiddlewareArgs } from "@slack/bolt";
import type { Option } from "@slack/types";
import { vendorIds } from "../../domain/vendor.ts";
import type { Desk } from "../context/request-context.ts";
import { incoming } from "../listener/incoming.ts";
import { attend } from "../listener/listener.ts";
import type { Services } from "../context/services.ts";
import { loadState } from "../forms/stored-state.ts";
import { agentOptions } from "../change/agent-options.ts";
import { answerOptions } from "../listener/options-deadline.ts";
import { groupOptions } from "../settings/group-options.ts";
import { numberOptions } from "../change/number-options.ts";

/** A keystroke in one of our menus with typeahead. */
export async function attendOptions(
  services: Services,
  { body, options, context, ack }: SlackOptionsMiddlewareArgs<"block_suggestion"> & AllMiddlewareArgs,
): Promise<void> {
  const asked = {
    actionId: options.action_id,
    typed: options.value,
    metadata: body.view?.private_metadata ?? "",
  };
  await attend<{ options: Option[] }>(
    services,
    incoming("options", options.action_id, body, context, async (answer) => ack(answer ?? { options: [] })),
    {
      now: async (at) =>
        answerOptions(at, async () =>
          optionsFor(at, { ...asked, metadata: await loadState(at, asked.metadata) }),
        ),
      fail: async () => {},
      readsOnly: true,
    },
  );
}

async function optionsFor(
  at: Desk,
  {
    actionId,
    typed,
    metadata,
  }: { readonly actionId: string; readonly typed: string; readonly metadata: string },
): Promise<Option[]> {
  if (actionId === "number") return numberOptions(at, typed);
  if (actionId.endsWith("_groups")) return groupOptions(at, typed);
  if (actionId === "agent") return agentOptions(at, metadata, typed);
  const spec = vendorIds
    .flatMap((id) => at.services.accounts.vendor(id).abilities.fields)
    .find(({ id, input }) => id === actionId && input === "agent");
  return spec ? agentOptions(at, metadata, typed, spec.clearable) : [];
}
