import type { ModalView } from "@slack/types";
import type { AllMiddlewareArgs, BlockAction, SlackActionMiddlewareArgs } from "@slack/bolt";
import { Problem } from "../../domain/problem/problem.ts";
import { limits, plainText, type Message } from "../block-kit/blocks.ts";
import { redrawHomeOf } from "../status/app-home.ts";
import { incoming } from "../listener/incoming.ts";
import { storedMessage } from "../delivery/stored-message.ts";
import { loadState } from "../forms/stored-state.ts";
import { handleRequest } from "../listener/listener.ts";
import type { SlackDeps } from "../context/services.ts";
import { notePressed } from "../updates/pressed-message.ts";
import { redrawView } from "../forms/modals.ts";
import type { PressedMessage } from "../listener/action.ts";
import { findRoute } from "../listener/routes.ts";
import { actionRoutes } from "./routes.ts";
import { loadValue, pressedAction } from "./pressed-action.ts";
import { type ClickedView, textModal } from "../forms/text-modal.ts";
import { isFormOutOfDate, readFrom } from "../forms/private-metadata.ts";

/** Handles a click on one of our buttons, or a choice in one of our selects. */
export async function handleAction(
  deps: SlackDeps,
  { body, action, context, ack }: SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs,
): Promise<void> {
  const view = body.view as ClickedView | undefined;
  const press = pressedAction(action);
  const { actionId } = press;
  // The App Home is a view too, but not one that a click redraws.
  const form = view && body.view?.type === "modal" ? view : undefined;
  const route = findRoute(actionRoutes, actionId);
  await handleRequest(
    deps,
    incoming("action", route ? actionId : "unknown", body, context, async () => ack()),
    {
      readsOnly: !route || route.readsOnly,
      ack: () => ({ command: undefined }),
      run: async (req) => {
        if (!route) throw new Problem("invalid_input", "This button belongs to another version of Patchbay.");
        const read = form && { ...form, private_metadata: await loadState(req, form.private_metadata) };
        const there = read ? req.in(readFrom(read.private_metadata)) : req;
        const pressed = pressedIn(body);
        const value = await loadValue(req, press);
        if (pressed) await notePressed(req, pressed, actionId, value);
        await route.run({ at: there, value, view: read, pressed });
        if (body.view?.type === "home" && !route.readsOnly) {
          const { userId } = req.conversation;
          await redrawHomeOf(deps, req.installed, { userId, requestId: req.ctx.requestId });
        }
      },
      onError: async (req, { message, problem }) => {
        if (
          form &&
          isFormOutOfDate(problem) &&
          (await redrawView(req, { id: form.id }, withNotice(form, message)))
        )
          return;
        if (form && (await redrawView(req, { id: form.id }, textModal("Patchbay", message.blocks)))) return;
        await req.replyPrivately(message);
      },
    },
  );
}

/** The message with the clicked button. An ephemeral message has no address. */
function pressedIn({ container, message }: BlockAction): PressedMessage | undefined {
  const { channel_id: channelId, is_ephemeral: isEphemeral } = container;
  if (!message || typeof channelId !== "string" || isEphemeral === true) return undefined;
  const { data } = storedMessage.safeParse(message);
  return data && { address: { channelId, ts: message.ts }, message: data };
}

/** The block_id of the notice above a form that is out of date. */
const noticeBlockId = "out_of_date";

/** A form with a notice above it. What was typed stays, so that it can be copied. */
function withNotice(form: ClickedView, { blocks }: Message): ModalView {
  const shown = (form.blocks ?? []).filter((block) => !block.block_id?.startsWith(noticeBlockId));
  const notice = blocks.map((block, at) => ({ ...block, block_id: `${noticeBlockId}:${at}` }));
  return {
    type: "modal",
    callback_id: form.callback_id ?? "words",
    private_metadata: form.private_metadata,
    title: form.title ?? plainText("Patchbay"),
    ...(form.submit ? { submit: form.submit } : {}),
    close: form.close ?? plainText("Close"),
    blocks: [...notice, ...shown].slice(0, limits.viewBlocks),
  };
}
