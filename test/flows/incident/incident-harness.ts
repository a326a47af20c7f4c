import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { person, textOf, toldInChannel } from "../../support/screen.ts";
import { opens, quiet } from "../../support/words.ts";
import type { HarnessOptions } from "../../../src/demo/harness-options.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

/** A harness of two vendors, with what the tests of incidents do in it. */
export interface IncidentHarness {
  readonly harness: Harness;
  readonly omar: SlackPerson;
  /** Opens a change form by a line and submits it; gives the message that notified of it. */
  change(line: string, where?: string): Promise<SandboxMessage>;
  start(key?: string, where?: string): Promise<SandboxMessage>;
  /** Opens the preview of the revert that a line asks for. */
  preview(line?: string, words?: string): Promise<string>;
  /** What the records of all changes say of incidents and undos, oldest first. */
  requested(): Promise<readonly Readonly<Record<"incident" | "undoes" | "for", string | undefined>>[]>;
}

export async function startIncidents(
  workspaces: HarnessOptions["workspaces"] = [demoWorkspace],
  options: HarnessOptions = {},
): Promise<IncidentHarness> {
  const harness = await startHarness({
    connected: ["cartesia", "dialnexa"],
    workspaces,
    logTo: quiet,
    ...options,
  });
  const omar = person(harness, operator);
  return {
    harness: harness,
    omar,
    change: async (line, where = voiceOps) => {
      const before = harness.slack.messages(where).length;
      await opens(harness, omar, async () => omar.command(line, { channelId: where }), "*Now:*");
      await omar.submit();
      return harness.slack.eventually(`the end of “${line}”`, () =>
        harness.slack
          .messages(where)
          .slice(before)
          .find((message) => textOf(message).includes("ed by <@")),
      );
    },
    start: async (key = "INC-123", where = voiceOps) => {
      await omar.command(`incident start ${key} Calls drop at noon`, { channelId: where });
      return toldInChannel(harness, where, `*${key}* (Calls drop at noon) was started by <@${operator}>`);
    },
    preview: async (line = "incident revert", words = "will be restored") =>
      textOf(await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), words)),
    requested: async () =>
      (await harness.audit())
        .filter(({ kind }) => kind === "change.requested")
        .map(({ details }) => ({
          incident: details?.["incident"],
          undoes: details?.["undoes"],
          for: details?.["for"],
        })),
  };
}
