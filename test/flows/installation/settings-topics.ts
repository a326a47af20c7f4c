import type { Harness } from "../../../src/demo/harness.ts";
import type { SandboxView, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { formSays } from "../../support/screen.ts";

/** The topics of the settings form, and the label of an input of each. */
const topics = {
  roles: "Admins by name",
  reasons: "Reason pattern",
  approvals: "Requests expire after",
  channels: "Checkpoints of the audit log",
  drift: "Numbers to watch",
} as const;

/** Chooses a topic of the open settings form, and waits until its inputs are shown. */
export async function showTopic(
  harness: Harness,
  who: SlackPerson,
  topic: keyof typeof topics,
): Promise<SandboxView> {
  await who.choose("settings_topic", { text: topic, value: topic });
  return formSays(harness, who, topics[topic]);
}
