import type {
  AllMiddlewareArgs,
  AnyMiddlewareArgs,
  App,
  BlockAction,
  SlackActionMiddlewareArgs,
  SlackOptionsMiddlewareArgs,
} from "@slack/bolt";
import { handleAction } from "./handle-action.ts";
import { handleCommand } from "./handle-command.ts";
import { handleEvent } from "./handle-event.ts";
import { handleOptions } from "./handle-options.ts";
import type { SlackDeps } from "../context/services.ts";
import { handleShortcut } from "./handle-shortcut.ts";
import { handleView } from "./handle-submission.ts";

/**
 * Hands every kind of request that Slack sends to one function each, which finds by id what to do; what has an unknown id
 * is acked and told about. It is one middleware: Bolt tries all its listeners for every request, each at a cost (ADR 32).
 */
export function register(app: App, deps: SlackDeps): void {
  app.use(async (args) => {
    if ("command" in args) await handleCommand(deps, args);
    else if (isOptions(args)) await handleOptions(deps, args);
    else if ("shortcut" in args) await handleShortcut(deps, args);
    else if ("view" in args) await handleView(deps, args);
    else if ("event" in args) await handleEvent(deps, args);
    else if (isAction(args)) await handleAction(deps, args);
  });
}

type Args = AnyMiddlewareArgs & AllMiddlewareArgs;
// Slack's older menus and buttons, of attachments and dialogs, are none of ours.
type ActionArgs = SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs;
type OptionsArgs = SlackOptionsMiddlewareArgs<"block_suggestion"> & AllMiddlewareArgs;

const isAction = (args: Args): args is ActionArgs => "action" in args && args.body.type === "block_actions";

const isOptions = (args: Args): args is OptionsArgs =>
  "options" in args && args.body.type === "block_suggestion";
