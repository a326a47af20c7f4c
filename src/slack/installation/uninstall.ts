import { forgetRoles } from "../context/slack-memory.ts";
import { uninstallAuditEvents, type UninstallEntries } from "./uninstall-audit-events.ts";
import { findByKey } from "./installation-store.ts";
import type { SlackDeps } from "../context/services.ts";

/**
 * Forgets a workspace that has removed Patchbay: its installation, its sealed credentials and all that was still to be said
 * there go, also from memory, and nothing that was to be done there by itself is done any more. Its audit log stays and says
 * what became of each. News that is older than the installation is a late retry and changes nothing. Returns whether anything was forgotten. Throws not_recorded.
 */
export async function uninstall(deps: SlackDeps, key: string, news: UninstallEntries): Promise<boolean> {
  const { installations, accounts, clients, log } = deps;
  // A seal that does not open must not keep the rest from being wiped.
  const installed = await findByKey(installations, key).catch((error: unknown) => {
    log.warn({ requestId: news.requestId, workspace: key, err: error }, "installation not opened");
    return undefined;
  });
  const left = await installations.wipe(key, {
    notAfter: news.at,
    record: (behind) => uninstallAuditEvents(behind, news),
  });
  if (!left) return false;
  for (const { id } of left.connections) accounts.forget(id);
  if (installed) clients.forget(installed.botToken);
  forgetRoles(deps.memory, key);
  return true;
}
