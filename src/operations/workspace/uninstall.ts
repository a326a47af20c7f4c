import { storedAgeMs } from "../../domain/shared/age.ts";
import type { Installations, UninstallSummary } from "../../domain/ports/installations.ts";
import type { Log } from "../../domain/ports/log.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import { uninstallAuditEvents, type UninstallEvent } from "./uninstall-audit-events.ts";

/** Where the data of an uninstalled workspace is. */
export interface UninstallDeps {
  readonly installations: Installations;
  readonly accounts: Pick<VendorAccounts, "forget">;
  now(): Date;
}

/**
 * Removes what a workspace that uninstalled Patchbay left: its installation, its API keys, and all pending work and
 * messages. The audit log stays, with an entry for each. An event that is older than the installation is a late repeat
 * and removes nothing, unless the clock was ahead when Patchbay was installed. Returns what was removed, or undefined. Throws not_recorded.
 */
export async function uninstall(
  { installations, accounts, now }: UninstallDeps,
  workspaceId: string,
  event: UninstallEvent,
): Promise<UninstallSummary | undefined> {
  const installed = (await installations.list()).find(({ key }) => key === workspaceId);
  const isUnknownAge = installed && storedAgeMs(new Date(installed.installedAt), now()) === undefined;
  return installations.wipe(workspaceId, {
    notAfter: isUnknownAge ? undefined : event.at,
    record: (batch) => {
      // With the batch, because a later one may fail.
      for (const { id } of batch.connections) accounts.forget(id);
      return uninstallAuditEvents(batch, event);
    },
  });
}

/**
 * Finishes uninstalls that the end of a process interrupted, because Slack sends its event only once. Never throws: what
 * fails is tried again at the next start.
 */
export async function resumeUninstalls(
  { log, ...deps }: UninstallDeps & { readonly log: Log },
  event: UninstallEvent,
): Promise<void> {
  try {
    for (const workspace of await deps.installations.interrupted()) {
      await uninstall(deps, workspace, event);
      log.info({ requestId: event.requestId, workspace }, "uninstall finished");
    }
  } catch (error) {
    log.error({ requestId: event.requestId, err: error }, "uninstall not finished");
  }
}
