import { expect, it } from "vitest";
import type { VendorAccount } from "../../src/domain/vendor/vendor-account.ts";
import { demoAccount } from "../../src/sandbox/vendors/index.ts";
import { vendors } from "../../src/vendors/index.ts";
import { openedSandbox, problemOf } from "./opened.ts";

/** What a key may not do, where a 403 has no other meaning. */
const asks: readonly (readonly [string, (account: VendorAccount) => Promise<unknown>])[] = [
  ["list numbers", async (account) => account.listNumbers()],
  ["list agents", async (account) => account.listAgents()],
  ["be tested", async (account) => account.check()],
];
const cases = Object.values(vendors).flatMap((vendor) =>
  asks.map(([what, ask]) => ({ vendor, title: vendor.title, what, ask })),
);

it.each(cases)("names the request if a key of $title may not $what", async ({ vendor, ask }) => {
  const { key: _demo, ...seeded } = demoAccount(vendor.id);
  const { sandbox, account } = await openedSandbox(vendor, seeded);
  sandbox.fault({ kind: "status", status: 403 });
  const problem = await problemOf(ask(account));
  expect(problem.code).toBe("credentials_rejected");
  const [, named] = /does not let this API key do that \((\w+ \/[^)]*)\)/u.exec(problem.message) ?? [];
  const refused = sandbox.requests.filter(({ status }) => status === 403);
  expect(refused.map(({ method, path }) => `${method} ${path}`)).toContain(named);
});

it.each(Object.values(vendors))("names the update if a key of $title may only read", async (vendor) => {
  const { key: _demo, ...seeded } = demoAccount(vendor.id);
  const { sandbox, account } = await openedSandbox(vendor, seeded);
  const [id = ""] = seeded.numbers.flatMap((number) => (number.agentId ? [number.id] : []));
  const body = account.buildPatch(await account.getNumber(id), { kind: "rename", name: "Renamed" });
  sandbox.fault({ kind: "status", status: 403 }, { on: "write" });
  const problem = await problemOf(account.patch(id, body));
  const update = sandbox.requests.find(({ status }) => status === 403);
  // At DialNexa, a 403 for one number says that it belongs to another organization.
  const isForeign = vendor.id === "dialnexa";
  expect(problem.code).toBe(isForeign ? "vendor_refused" : "credentials_rejected");
  if (!isForeign) expect(problem.message).toContain(`(PATCH ${update?.path})`);
  await expect(account.check()).resolves.toBeUndefined();
});
