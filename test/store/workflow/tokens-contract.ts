import { expect, test } from "vitest";
import { maxTokens, type ApiToken } from "../../../src/domain/access/api-token.ts";
import type { AuditKind } from "../../../src/domain/audit/audit-kind.ts";
import type { OpenStore } from "../contract.ts";

const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
const ci: ApiToken = {
  id: "tok_1",
  name: "ci",
  owner: actor,
  scope: "propose",
  connectionIds: ["con_1", "con_2"],
  madeAt: "2026-03-01T12:00:00.000Z",
  expiresAt: "2026-03-31T12:00:00.000Z",
  lastUsedAt: undefined,
};
const shell: ApiToken = {
  ...ci,
  id: "tok_2",
  name: "deploy",
  owner: { kind: "cli", osUser: "root" },
  scope: "change",
  connectionIds: undefined,
};
const event = <Kind extends AuditKind & `token.${string}`>(kind: Kind, token: ApiToken = ci) => ({
  kind,
  actor,
  requestId: `req_${kind}`,
  details: { token: token.id, name: token.name, scope: token.scope, owner: "U1@T1", until: token.expiresAt },
});

/** What every store guarantees about the tokens of the HTTP API. */
export function tokensContract(open: OpenStore): void {
  test("keeps tokens exactly as they were made, with their entries, apart from other workspaces", async () => {
    const { store } = await open();
    const { tokens, audit } = store.workspace("T1");
    await tokens.make(shell, "hash_2", event("token.made", shell));
    await tokens.make(ci, "hash_1", event("token.made"));
    expect(await tokens.list()).toEqual([ci, shell]);
    expect(await store.workspace("T2").tokens.list()).toEqual([]);
    expect(await audit.entries({ limit: 9 })).toMatchObject([{ kind: "token.made" }, { kind: "token.made" }]);
  });

  test("finds a token by its hash alone, with its workspace", async () => {
    const { store } = await open();
    await store.workspace("T1").tokens.make(ci, "hash_1", event("token.made"));
    await store.workspace("T2").tokens.make(ci, "hash_2", event("token.made"));
    expect(await store.tokenByHash("hash_2")).toEqual({ workspaceId: "T2", token: ci });
    expect(await store.tokenByHash("hash_3")).toBeUndefined();
  });

  test("has one token of a name at a time, and a limit", async () => {
    const { store } = await open();
    const { tokens, audit } = store.workspace("T1");
    await tokens.make(ci, "hash_1", event("token.made"));
    await expect(tokens.make({ ...shell, name: "ci" }, "hash_2", event("token.made"))).rejects.toMatchObject({
      code: "invalid_input",
      message: "There is a token “ci” already.",
    });
    expect(await audit.entries({ limit: 9 })).toHaveLength(1);
    for (let n = 1; n < maxTokens; n += 1)
      await tokens.make({ ...ci, id: `tok_x${n}`, name: `x${n}` }, `hash_x${n}`, event("token.made"));
    await expect(tokens.make(shell, "hash_2", event("token.made"))).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("removes a token once, and then its hash finds nothing", async () => {
    const { store } = await open();
    const { tokens, audit } = store.workspace("T1");
    await tokens.make(ci, "hash_1", event("token.made"));
    expect(await tokens.remove("tok_1", event("token.revoked"))).toBe(true);
    expect(await tokens.remove("tok_1", event("token.revoked"))).toBe(false);
    expect(await store.tokenByHash("hash_1")).toBeUndefined();
    expect(await audit.entries({ limit: 9 })).toMatchObject([
      { kind: "token.revoked" },
      { kind: "token.made" },
    ]);
    await tokens.make({ ...ci, id: "tok_3" }, "hash_3", event("token.made"));
  });

  test("notes the last use", async () => {
    const { store } = await open();
    const { tokens } = store.workspace("T1");
    await tokens.make(ci, "hash_1", event("token.made"));
    await tokens.noteUse("tok_1", new Date("2026-03-02T08:00:00.000Z"));
    expect(await tokens.list()).toEqual([{ ...ci, lastUsedAt: "2026-03-02T08:00:00.000Z" }]);
  });

  test("never gives a token that cannot be read any rights", async () => {
    const { store, work } = await open();
    await store.workspace("T1").tokens.make(ci, "hash_1", event("token.made"));
    await work.alter("UPDATE api_tokens SET connections = '7'");
    await expect(store.tokenByHash("hash_1")).rejects.toThrow("cannot be read");
    await work.alter("UPDATE api_tokens SET connections = NULL, scope = 'admin'");
    await expect(store.tokenByHash("hash_1")).rejects.toThrow("cannot be read");
  });

  test("finds and lists the others if one token cannot be read, and removes that one by its id", async () => {
    const { store, work } = await open();
    const { tokens } = store.workspace("T1");
    await tokens.make(ci, "hash_1", event("token.made"));
    await tokens.make(shell, "hash_2", event("token.made", shell));
    await work.alter("UPDATE api_tokens SET scope = 'admin' WHERE id = 'tok_1'");
    expect(await tokens.list()).toEqual([shell]);
    expect(await tokens.unreadable()).toEqual(["tok_1"]);
    expect(await tokens.find("tok_2")).toEqual(shell);
    expect(await tokens.find("tok_3")).toBeUndefined();
    await expect(tokens.find("tok_1")).rejects.toThrow("cannot be read");
    expect(await tokens.remove("tok_1", event("token.revoked"))).toBe(true);
    expect(await tokens.unreadable()).toEqual([]);
  });
}
