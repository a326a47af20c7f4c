import { expect, test } from "vitest";
import type { AuditKind } from "../../../src/domain/audit/audit-kind.ts";
import type { OpenStore } from "../contract.ts";

const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
const event = <Kind extends AuditKind>(kind: Kind) => ({ kind, actor, requestId: `req_${kind}` });
const at = "2026-03-01T00:00:00.000Z";
const everything = { title: "all numbers", by: actor, reason: "maintenance", at };
const oneNumber = { connectionId: "con_1", numberId: "num_1", title: "Main line", approvals: 1, at } as const;

/** What every store guarantees about freezes, runbooks and protections. */
export function restrictionsContract(open: OpenStore): void {
  test("stores a freeze with its entry, apart from other workspaces", async () => {
    const { store } = await open();
    const { freezes, audit } = store.workspace("T1");
    await freezes.set(everything, event("freeze.set"));
    await freezes.set({ ...everything, connectionId: "con_1", until: at }, event("freeze.set"));
    expect(await freezes.list()).toMatchObject([everything, { connectionId: "con_1", until: at }]);
    expect(await audit.entries({ limit: 9 })).toMatchObject([{ kind: "freeze.set" }, { kind: "freeze.set" }]);
    expect(await store.workspace("T2").freezes.list()).toEqual([]);
  });

  test("replaces a freeze of the same scope, and removes only the freeze that was seen", async () => {
    const { freezes, audit } = (await open()).store.workspace("T1");
    const newer = { ...everything, reason: "still broken", at: "2026-03-01T01:00:00.000Z" };
    await freezes.set(everything, event("freeze.set"));
    await freezes.set(newer, event("freeze.set"));
    expect(await freezes.list()).toMatchObject([newer]);
    expect(await freezes.remove(everything, event("freeze.lifted"))).toBe(false);
    expect(await freezes.remove(newer, event("freeze.lifted"))).toBe(true);
    expect(await freezes.remove(newer, event("freeze.lifted"))).toBe(false);
    expect(await freezes.list()).toEqual([]);
    const kinds = (await audit.entries({ limit: 9 })).map(({ kind }) => kind);
    expect(kinds).toEqual(["freeze.lifted", "freeze.set", "freeze.set"]);
  });

  test("stores a runbook for a number with its entry, replaces it, and removes it once", async () => {
    const { store } = await open();
    const { runbooks, audit } = store.workspace("T1");
    const key = { connectionId: "con_1", numberId: "num_1" };
    const url = "https://wiki.example.com/r";
    await runbooks.set({ key, url: `${url}1` }, { ...event("runbook.set"), details: { url: `${url}1` } });
    await runbooks.set({ key, url }, { ...event("runbook.set"), details: { url } });
    expect(await runbooks.of(key)).toBe(url);
    expect(await runbooks.of({ ...key, numberId: "num_2" })).toBeUndefined();
    expect(await store.workspace("T2").runbooks.of(key)).toBeUndefined();
    expect(await runbooks.list()).toEqual([{ key, url }]);
    expect(await store.workspace("T2").runbooks.list()).toEqual([]);
    const removed = { ...event("runbook.removed"), details: { url } };
    expect(await runbooks.remove(key, removed)).toBe(true);
    expect(await runbooks.remove(key, removed)).toBe(false);
    expect((await audit.entries({ limit: 9 })).map(({ kind }) => kind)).toEqual([
      "runbook.removed",
      "runbook.set",
      "runbook.set",
    ]);
  });

  test("stores a protection once for each scope, and removes it once, with its entries", async () => {
    const { store } = await open();
    const { protections, audit } = store.workspace("T1");
    await protections.set(oneNumber, event("protection.set"));
    const twice = { ...oneNumber, title: "Front desk", approvals: 2 } as const;
    await protections.set(twice, event("protection.set"));
    expect(await protections.list()).toEqual([twice]);
    expect(await store.workspace("T2").protections.list()).toEqual([]);
    expect(await protections.remove(oneNumber, event("protection.lifted"))).toBe(true);
    expect(await protections.remove(oneNumber, event("protection.lifted"))).toBe(false);
    expect(await protections.list()).toEqual([]);
    expect(await audit.entries({ limit: 9 })).toHaveLength(3);
  });
}
