import type { Harness } from "../../../src/demo/harness.ts";
import type { SandboxView, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import type { WorkspaceSettings } from "../../../src/domain/access/workspace-settings.ts";
import { teamId } from "../../support/fixtures.ts";
import { formSays } from "../../support/screen.ts";

/** The topics of the settings form, and the label of an input of each. */
const topics = {
  roles: "Admins by name",
  reasons: "Reason pattern",
  approvals: "Requests expire after",
  channels: "Checkpoints of the audit log",
  holding: "Holding agent",
  drift: "Numbers to watch",
  first_call: "First call after a change",
} as const;

/** Opens the settings form, which begins with the roles. */
export async function openSettings(harness: Harness, who: SlackPerson): Promise<SandboxView> {
  await who.command("settings");
  return formSays(harness, who, topics.roles);
}

/** The settings of the demo's workspace, as they are stored now. */
export async function savedSettings(harness: Harness): Promise<WorkspaceSettings> {
  return harness.infra.store.workspace(teamId).settings.read();
}

/** Chooses a topic of the open settings form, and waits until its inputs are shown. */
export async function showTopic(
  harness: Harness,
  who: SlackPerson,
  topic: keyof typeof topics,
): Promise<SandboxView> {
  await who.choose("settings_topic", { text: topic, value: topic });
  return formSays(harness, who, topics[topic]);
}
