import { uninstall } from "../../operations/workspace/uninstall.ts";
import type { UninstallEvent } from "../../operations/workspace/uninstall-audit-events.ts";
import { forgetRoles } from "../context/slack-memory.ts";
import type { SlackDeps } from "../context/services.ts";
import { findByKey } from "./installation-store.ts";

/**
 * Uninstalls Patchbay from a workspace, and forgets its token and the roles of its people. Returns whether there was
 * anything to remove. Throws not_recorded.
 */
export async function forgetWorkspace(deps: SlackDeps, key: string, event: UninstallEvent): Promise<boolean> {
  const { installations, clients, log, memory } = deps;
  // An installation that cannot be decrypted must not keep the rest from being removed.
  const installed = await findByKey(installations, key).catch((error: unknown) => {
    log.warn({ requestId: event.requestId, workspace: key, err: error }, "installation not opened");
    return undefined;
  });
  try {
    return (await uninstall(deps, key, event)) !== undefined;
  } finally {
    // The keys are removed first, so they are gone even if the rest failed.
    if (installed) clients.forget(installed.botToken);
    forgetRoles(memory, key);
  }
}
