import type { Installations, UninstallSummary } from "../../domain/installations.ts";
import type { VendorAccounts } from "../../domain/vendor.ts";
import { uninstallAuditEvents, type UninstallEvent } from "./uninstall-audit-events.ts";

/** Where the data of an uninstalled workspace is. */
export interface UninstallDeps {
  readonly installations: Installations;
  readonly accounts: Pick<VendorAccounts, "forget">;
}

/**
 * Removes what a workspace that uninstalled Patchbay left: its installation, its API keys, and all pending work and
 * messages. The audit log stays, with an entry for each. An event that is older than the installation is a late repeat
 * and removes nothing. Returns what was removed, or undefined. Throws not_recorded.
 */
export async function uninstall(
  { installations, accounts }: UninstallDeps,
  workspaceId: string,
  event: UninstallEvent,
): Promise<UninstallSummary | undefined> {
  const removed = await installations.wipe(workspaceId, {
    notAfter: event.at,
    record: (summary) => uninstallAuditEvents(summary, event),
  });
  for (const { id } of removed?.connections ?? []) accounts.forget(id);
  return removed;
}
