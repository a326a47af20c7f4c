import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestMeta } from "../domain/vendor/vendor.ts";
import type { VendorAccount } from "../domain/vendor/vendor-account.ts";
import type { VendorRequest } from "../domain/vendor/vendor-request.ts";

/** On whose behalf requests are sent, and who is notified of each. */
export interface RequestScope extends RequestMeta {
  /** Called after each request. It must not throw. */
  readonly onRequest: (request: VendorRequest) => void;
}

const current = new AsyncLocalStorage<RequestScope>();

/** The scope of the running request; undefined outside of one. */
export function currentRequestScope(): RequestScope | undefined {
  return current.getStore();
}

/** Runs something as background work that nobody waits for, such as refreshing a list. */
export function inBackground<T>(run: () => T): T {
  const asking = current.getStore();
  return asking ? current.run({ ...asking, background: true }, run) : run();
}

/** The account for one request. It shares limits and lists with everyone, and sends requests with its own scope. */
export function accountFor(account: VendorAccount, asking: RequestScope): VendorAccount {
  const asked =
    <A extends unknown[], T>(ask: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> =>
      current.run(asking, async () => ask(...args));
  return {
    ...account,
    listNumbers: asked(account.listNumbers),
    getNumber: asked(account.getNumber),
    ...(account.searchNumbers ? { searchNumbers: asked(account.searchNumbers) } : {}),
    ...(account.newestChange ? { newestChange: asked(account.newestChange) } : {}),
    ...(account.listCalls ? { listCalls: asked(account.listCalls) } : {}),
    ...(account.listChoices ? { listChoices: asked(account.listChoices) } : {}),
    listAgents: asked(account.listAgents),
    getAgent: asked(account.getAgent),
    check: asked(account.check),
    patch: asked(account.patch),
  };
}
