import type { VendorAccount } from "../../src/domain/vendor/vendor-account.ts";
import type { VendorRequest } from "../../src/domain/vendor/vendor-request.ts";
import type { VendorHttp } from "../../src/vendors/http.ts";
import { accountFor } from "../../src/vendors/request-scope.ts";

/** Runs something within a request's scope, and returns what was reported about its requests. */
export async function reportedRequests(http: VendorHttp, ask: (http: VendorHttp) => Promise<unknown>) {
  const reported: VendorRequest[] = [];
  const never = async (): Promise<never> => {
    throw new Error("not asked for here");
  };
  const account: VendorAccount = {
    listNumbers: never,
    listAgents: never,
    getNumber: never,
    getAgent: never,
    check: async () => void (await ask(http)),
    inTurn: async (step) => step(),
    buildPatch: () => ({}),
    patch: never,
  };
  const asking = {
    requestId: "req_1",
    background: false,
    onRequest: (one: VendorRequest) => void reported.push(one),
  };
  await accountFor(account, asking)
    .check()
    .catch(() => undefined);
  return reported;
}
