import type { AllMiddlewareArgs, SlackShortcutMiddlewareArgs } from "@slack/bolt";
import { Problem } from "../../domain/problem/problem.ts";
import { incoming } from "../listener/incoming.ts";
import { handleRequest } from "../listener/listener.ts";
import type { SlackDeps } from "../context/services.ts";
import { messageText } from "../numbers/message-text.ts";
import { findRoute } from "../listener/routes.ts";
import { shortcutRoutes } from "./routes.ts";

/** Handles one of our global or message shortcuts. */
export async function handleShortcut(
  deps: SlackDeps,
  { body, shortcut, context, ack }: SlackShortcutMiddlewareArgs & AllMiddlewareArgs,
): Promise<void> {
  const known = findRoute(shortcutRoutes, shortcut.callback_id);
  await handleRequest(
    deps,
    incoming("shortcut", known ? shortcut.callback_id : "unknown", body, context, async () => ack()),
    {
      // Shortcuts only open forms.
      readsOnly: true,
      ack: () => ({ command: undefined }),
      run: async (req) => {
        if (!known)
          throw new Problem("invalid_input", "This shortcut belongs to another version of Patchbay.");
        const inThread = "message_ts" in body ? { threadTs: body.message.thread_ts ?? body.message_ts } : {};
        if (!("message" in body)) return known.run(req.in(inThread), "");
        const address = { channelId: body.channel.id, ts: body.message_ts };
        await known.run(req.in(inThread), messageText(body.message), address);
      },
    },
  );
}
