import { commands } from "../router/commands.ts";
import { slashCommand } from "../router/number-command.ts";
import { botEvents } from "../router/handle-event.ts";
import { shortcutRoutes } from "../router/routes.ts";
import { botScopes, eventsPath, optionalScopes, redirectPath } from "../installation/oauth-config.ts";

/** The parts of `manifest.yml` that the code depends on. `patchbay doctor` and a test compare them. */
export const manifestExpectations = {
  command: slashCommand,
  verbs: commands.map(({ verb }) => verb),
  shortcuts: shortcutRoutes.map(({ id, type }) => ({ callbackId: id, type })),
  scopes: botScopes,
  optionalScopes,
  events: botEvents,
  requestPath: eventsPath,
  redirectPath,
};
