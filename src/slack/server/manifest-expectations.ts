import { commands } from "../router/command-routes.ts";
import { slashCommand } from "../router/number-command.ts";
import { botEvents } from "../router/handle-event.ts";
import { shortcuts } from "../router/shortcut-routes.ts";
import { botScopes, eventsPath, optionalScopes, redirectPath } from "../installation/oauth-config.ts";

/** The parts of `manifest.yml` that the code depends on. `patchbay doctor` and a test compare them. */
export const manifestExpectations = {
  command: slashCommand,
  verbs: commands.map(({ verb }) => verb),
  shortcuts: [...shortcuts].map(([callbackId, { type }]) => ({ callbackId, type })),
  scopes: botScopes,
  optionalScopes,
  events: botEvents,
  requestPath: eventsPath,
  redirectPath,
};
