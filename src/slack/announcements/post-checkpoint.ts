import { announceInChannel } from "../delivery/deliver.ts";
import { context, escape, message, section } from "../block-kit/blocks.ts";
import type { SlackDeps } from "../context/services.ts";

/**
 * Posts a checkpoint of the audit log to the workspace's channel for checkpoints, verbatim. A person who can rewrite
 * the database cannot rewrite that.
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
