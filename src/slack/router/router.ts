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
import { handleSubmission } from "./handle-submission.ts";

/**
 * Routes each kind of Slack request to one function, which finds the handler by id. Unknown ids are acked and logged.
 * It is one middleware, because Bolt tries every listener for every request, which costs time (ADR 32).
 */
export function register(app: App, deps: SlackDeps): void {
  app.use(async (args) => {
    if ("command" in args) await handleCommand(deps, args);
    else if (isOptions(args)) await handleOptions(deps, args);
    else if ("shortcut" in args) await handleShortcut(deps, args);
    else if ("view" in args) await handleSubmission(deps, args);
    else if ("event" in args) await handleEvent(deps, args);
    else if (isAction(args)) await handleAction(deps, args);
  });
}

type Args = AnyMiddlewareArgs & AllMiddlewareArgs;
// Excludes Slack's older buttons and menus in attachments and dialogs, which we do not use.
type ActionArgs = SlackActionMiddlewareArgs<BlockAction> & AllMiddlewareArgs;
type OptionsArgs = SlackOptionsMiddlewareArgs<"block_suggestion"> & AllMiddlewareArgs;

const isAction = (args: Args): args is ActionArgs => "action" in args && args.body.type === "block_actions";

const isOptions = (args: Args): args is OptionsArgs =>
  "options" in args && args.body.type === "block_suggestion";
