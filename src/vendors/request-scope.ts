import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestMeta, VendorAccount } from "../domain/vendor.ts";
import type { VendorRequest } from "../domain/vendor-request.ts";

/** For whom requests go out, and who is notified of each. */
export interface RequestScope extends RequestMeta {
  /** Told of each request once it has ended. It must not throw. */
  readonly told: (request: VendorRequest) => void;
}

const current = new AsyncLocalStorage<RequestScope>();

/** For whom what runs now is asked; undefined outside of any. */
export function currentRequestScope(): RequestScope | undefined {
  return current.getStore();
}

/** Runs something that nobody waits for, such as the reading of a list anew, as background work. */
export function inBackground<T>(run: () => T): T {
  const asking = current.getStore();
  return asking ? current.run({ ...asking, background: true }, run) : run();
}

/** The account as one request sees it: the same limits and lists as everybody's, and its own name on what it asks. */
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
    listAgents: asked(account.listAgents),
    getAgent: asked(account.getAgent),
    check: asked(account.check),
    patch: asked(account.patch),
  };
}
