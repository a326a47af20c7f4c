import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ManifestCode } from "../../src/cli/manifest.ts";
import { commands } from "../../src/slack/commands/index.ts";
import { slashCommand } from "../../src/slack/commands/number.ts";
import { botScopes } from "../../src/slack/door.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The source of src/slack, all files in one. */
export const slackSource: string = sourceOf("src/slack");

/** What the code listens to, read out of it where it does not say so itself. */
export const code: ManifestCode = {
  command: slashCommand,
  verbs: commands.map(({ verb }) => verb),
  shortcuts: [
    { callbackId: "reassign_number", type: "global" },
    { callbackId: "numbers_in_message", type: "message" },
  ],
  scopes: botScopes,
  events: [...slackSource.matchAll(/\bapp\.event\(\s*"(\w+)"/gu)].map(([, name = ""]) => name),
  requestPath: "/slack/events",
  redirectPath: "/slack/oauth_redirect",
};

function sourceOf(folder: string): string {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(join(root, folder, path), "utf8"))
    .join("\n");
}
