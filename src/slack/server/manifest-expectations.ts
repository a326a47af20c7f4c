import { commands } from "../router/command-routes.ts";
import { slashCommand } from "../router/number-command.ts";
import { botEvents } from "../router/handle-event.ts";
import { shortcuts } from "../router/shortcut-routes.ts";
import { botScopes, eventsPath, optionalScopes, redirectPath } from "../installation/oauth-config.ts";

/** What Slack has to know about us from `manifest.yml`, as the code has it; doctor and a test hold both together. */
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
