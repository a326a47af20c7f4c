import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import type { AppInfo } from "./types.ts";

const manifest = z.object({
  display_information: z.object({ name: z.string(), description: z.string().default("") }),
  features: z.object({
    app_home: z.object({ messages_tab_read_only_enabled: z.boolean().default(false) }).optional(),
    shortcuts: z
      .array(
        z.object({
          name: z.string(),
          type: z.enum(["global", "message"]),
          callback_id: z.string(),
          description: z.string().default(""),
        }),
      )
      .default([]),
    slash_commands: z
      .array(
        z.object({
          command: z.string(),
          description: z.string().default(""),
          usage_hint: z.string().default(""),
        }),
      )
      .min(1),
  }),
});

/** The app's name, command, usage hint and shortcuts from its manifest. */
export async function readManifest(): Promise<AppInfo> {
  const text = await readFile(new URL("../../../manifest.yml", import.meta.url), "utf8");
  const { display_information: about, features } = manifest.parse(parse(text));
  const [command] = features.slash_commands;
  if (!command) throw new Error("manifest.yml declares no slash command");
  return {
    name: about.name,
    description: about.description,
    command: command.command,
    commandDescription: command.description,
    usageHint: command.usage_hint,
    readOnlyMessages: features.app_home?.messages_tab_read_only_enabled ?? false,
    shortcuts: features.shortcuts.map(({ name, type, callback_id: callbackId, description }) => ({
      name,
      type,
      callbackId,
      description,
    })),
  };
}
