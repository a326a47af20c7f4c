import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from "@slack/bolt";
import { Problem } from "../../domain/problem.ts";
import { readFrom } from "../form-state.ts";
import { redrawHome } from "../home/home.ts";
import { incoming } from "../incoming.ts";
import { attend } from "../listener.ts";
import type { Services } from "../services.ts";
import { redrawView } from "../show-view.ts";
import { wordsView } from "../views/change-form.ts";
import type { ClickedView } from "./choose.ts";
import { clickFor, onlyReads } from "./index.ts";

/** A click on one of our buttons, or a choice in one of our menus. */
export async function attendAction(
  services: Services,
  { body, action, context, ack }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs,
): Promise<void> {
  const view = body.view as ClickedView | undefined;
  const value =
    "value" in action
      ? action.value
      : "selected_option" in action
        ? action.selected_option?.value
        : undefined;
  // The App Home is a view too, but not one of ours to redraw in answer to a click.
  const form = view && body.view?.type === "modal" ? view : undefined;
  const click = clickFor(action.action_id);
  await attend(
    services,
    incoming("action", click ? action.action_id : "unknown", body, context, async () => ack()),
    {
      readsOnly: !click || onlyReads(action.action_id),
      later: async (at) => {
        if (!click) throw new Problem("invalid_input", "This button belongs to another version of Patchbay.");
        const there = form ? at.at(readFrom(form.private_metadata)) : at;
        await click({ at: there, value: value ?? undefined, view: form });
        if (body.view?.type === "home" && !onlyReads(action.action_id)) await redrawHome(at);
      },
      fail: async (at, message) => {
        if (form && (await redrawView(at, { id: form.id }, wordsView("Patchbay", message.blocks)))) return;
        await at.tell(message);
      },
    },
  );
}
