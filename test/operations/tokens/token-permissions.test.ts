import { expect, it } from "vitest";
import type { ApiToken } from "../../../src/domain/access/api-token.ts";
import { tokenActor } from "../../../src/domain/access/api-token.ts";
import { tokenAuthorizer } from "../../../src/operations/tokens/token-permissions.ts";

it("marks a right that the owner of a token has by a shift alone, and never approves", async () => {
  const token: ApiToken = {
    id: "tok_1",
    name: "ci",
    owner: { kind: "user", userId: "U1", workspaceId: "T1" },
    scope: "change",
    connectionIds: undefined,
    madeAt: "2026-01-01T00:00:00.000Z",
    expiresAt: "2026-03-01T00:00:00.000Z",
    lastUsedAt: undefined,
  };
  const grant = { schedule: "PagerDuty PI7DH85" };
  const onCall = { role: grant, approver: grant };
  const owners = {
    permissions: async () => ({ role: "operator", approver: true, deniedConnections: [], onCall }) as const,
  };
  const stored = { connections: { list: async () => [] }, tokens: { find: async () => token } };
  const found = await tokenAuthorizer(owners, token, stored).permissions(tokenActor(token));
  expect(found).toMatchObject({ role: "operator", approver: false, onCall: { role: grant } });
  expect(found.onCall).not.toHaveProperty("approver");
});
