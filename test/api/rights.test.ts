import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import type { TokenScope } from "../../src/domain/access/api-token.ts";
import type { Actor } from "../../src/domain/shared/actor.ts";
import { admin, dispatch, roadside, startApi, workspace, type ApiHarness } from "./api-harness.ts";

const person = (userId: string): Actor => ({ kind: "user", userId, workspaceId: workspace });
const owners = {
  admin,
  operator: person("U0OPER001"),
  guest: person("U0GUEST01"),
  stranger: person("U0NOBODY1"),
  shell: { kind: "cli", osUser: "ops" },
} as const satisfies Record<string, Actor>;

/** What a token gets: for reading a number, for the plans, and for a change, with the kinds of the entries it leaves. */
const table: readonly (readonly [keyof typeof owners, TokenScope, readonly number[], string])[] = [
  ["admin", "read", [200, 200, 403], "action.refused"],
  ["admin", "propose", [200, 200, 202], "approval.requested"],
  ["admin", "change", [200, 200, 200], "change.requested change.outcome"],
  ["operator", "read", [200, 200, 403], "action.refused"],
  ["operator", "propose", [200, 200, 202], "approval.requested"],
  ["operator", "change", [200, 200, 200], "change.requested change.outcome"],
  ["guest", "read", [403, 403, 403], "action.refused action.refused action.refused"],
  ["guest", "propose", [403, 403, 403], "action.refused action.refused action.refused"],
  ["guest", "change", [403, 403, 403], "action.refused action.refused action.refused"],
  ["stranger", "change", [403, 403, 403], "action.refused action.refused action.refused"],
  ["shell", "read", [200, 200, 403], "action.refused"],
  ["shell", "change", [200, 200, 200], "change.requested change.outcome"],
];

async function tryToken(api: ApiHarness, owner: Actor, scope: TokenScope, etag: string) {
  const client = await api.client({ name: randomUUID(), scope }, owner);
  const since = (await api.app.audit()).at(-1)?.sequence ?? 0;
  const number = { connection: api.connectionId, id: roadside };
  const answers = [
    await client.call("showNumber", { path: number }),
    await client.call("listPlans"),
    await client.call("postChange", {
      headers: { "if-match": etag, "idempotency-key": "key-1" },
      body: { number, change: { kind: "reassign", agent: dispatch } },
    }),
  ];
  const entries = (await api.app.audit()).filter(
    (entry) => entry.sequence > since && entry.actor.kind === "token",
  );
  return { statuses: answers.map(({ status }) => status), kinds: entries.map(({ kind }) => kind).join(" ") };
}

it.each(table)(
  "gives a token of the %s with the scope %s its rights",
  async (owner, scope, statuses, kinds) => {
    const api = await startApi();
    const reader = await api.client();
    const path = { connection: api.connectionId, id: roadside };
    const etag = (await reader.call("showNumber", { path })).headers.get("etag") ?? "";
    expect(await tryToken(api, owners[owner], scope, etag)).toEqual({ statuses, kinds });
    expect(api.updates()).toHaveLength(statuses[2] === 200 ? 1 : 0);
  },
);
