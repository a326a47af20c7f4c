import { announceInChannel } from "../delivery/deliver.ts";
import { context, escape, message, section } from "../block-kit/blocks.ts";
import type { SlackDeps } from "../context/services.ts";

/**
 * Shows a checkpoint of the audit log in the channel that its workspace has set for it, word for word, so that a person who
 * can rewrite the database still cannot rewrite what it was.
 */
export async function postCheckpoint(deps: SlackDeps, workspaceId: string, line: string): Promise<void> {
  const { checkpointsChannelId: channelId } = await deps.store.workspace(workspaceId).settings.read();
  if (channelId === undefined) return;
  const words = "Audit log checkpoint. `patchbay audit verify` compares the log with it.";
  const told = message(
    [section(`\`\`\`${escape(line.trim())}\`\`\``), context(words)],
    `${words} ${line.trim()}`,
  );
  await announceInChannel(deps, { workspaceId, channelId, message: told, requestId: "checkpoint" });
}
