import type {
  AllMiddlewareArgs,
  AnyMiddlewareArgs,
  App,
  BlockAction,
  SlackActionMiddlewareArgs,
  SlackOptionsMiddlewareArgs,
} from "@slack/bolt";
import { attendAction } from "./handle-action.ts";
import { attendCommand } from "./handle-command.ts";
import { hearEvent } from "./handle-event.ts";
import { attendOptions } from "./handle-options.ts";
import type { Services } from "../context/services.ts";
import { attendShortcut } from "./handle-shortcut.ts";
import { attendView } from "./handle-submission.ts";

/**
 * Hands every kind of request that Slack sends to one function each, which finds by id what to do; what has an unknown id
 * is acked and told about. It is one middleware: Bolt tries all its listeners for every request, each at a cost (ADR 32).
 */
export function register(app: App, services: Services): void {
  app.use(async (args) => {
    if ("command" in args) await attendCommand(services, args);
    else if (isOptions(args)) await attendOptions(services, args);
    else if ("shortcut" in args) await attendShortcut(services, args);
    else if ("view" in args) await attendView(services, args);
    else if ("event" in args) await hearEvent(services, args);
    else if (isAction(args)) await attendAction(services, args);
  });
}

type Args = AnyMiddlewareArgs & AllMiddlewareArgs;
// Slack's older menus and buttons, of attachments and dialogs, are none of ours.
type ActionArgs = SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs;
type OptionsArgs = SlackOptionsMiddlewareArgs<"block_suggestion"> & AllMiddlewareArgs;

const isAction = (args: Args): args is ActionArgs => "action" in args && args.body.type === "block_actions";

const isOptions = (args: Args): args is OptionsArgs =>
  "options" in args && args.body.type === "block_suggestion";
