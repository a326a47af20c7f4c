import type { Store } from "./domain/ports/store.ts";
import type { OpenedAccounts } from "./vendors/accounts.ts";
import { forgetRoles, type SlackMemory } from "./slack/context/slack-memory.ts";

/**
 * Forgets what another replica has changed. If signals may have been missed, lists are compared with what is stored;
 * roles are forgotten within a minute anyway.
 */
export function heedSignals(
  store: Pick<Store, "onSignal">,
  accounts: Pick<OpenedAccounts, "listsChanged" | "forget">,
  memory: Pick<SlackMemory, "users" | "groups">,
): void {
  store.onSignal((signal) => {
    if (!signal || signal.about === "lists") accounts.listsChanged(signal?.connectionId);
    else if (signal.about === "connection" && signal.connectionId !== undefined)
      accounts.forget(signal.connectionId);
    else if (signal.about === "installation") forgetRoles(memory, signal.workspaceId);
  });
}
