import { expect, it } from "vitest";
import { extendChange } from "../../../src/operations/expiry/manage-expiry.ts";
import { startExpiryWorld } from "./expiry-world.ts";

it("marks an extension by a person who may decide by a shift alone", async () => {
  const { ctx } = await startExpiryWorld();
  const temporary = await ctx.workspace.temporaryChanges.find("chg_1");
  const onCall = { role: { schedule: "PagerDuty PI7DH85", staleSince: "2026-01-01T00:00:00.000Z" } };
  const permissions = { role: "operator", approver: false, deniedConnections: [], onCall } as const;
  const actor = { kind: "user", userId: "U2", workspaceId: "T1" } as const;
  const as = { ...ctx, actor, authorizer: { permissions: async () => permissions } };
  await extendChange(as, { changeId: "chg_1", endsAt: temporary?.endsAt ?? new Date(0) });
  const entries = await ctx.workspace.audit.entries({ limit: 9 });
  expect(entries.find(({ kind }) => kind === "timed.extended")?.details).toMatchObject({
    onCall: "PagerDuty PI7DH85",
    onCallAsOf: "2026-01-01T00:00:00.000Z",
  });
});
