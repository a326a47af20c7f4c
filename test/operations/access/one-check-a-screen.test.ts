import { expect, it } from "vitest";
import { allPermissions } from "../../../src/domain/access/authorization.ts";
import { listConnections } from "../../../src/operations/connections/list-connections.ts";
import { loadNumberCard } from "../../../src/operations/numbers/get-number.ts";
import { previewRestore } from "../../../src/operations/restore/preview-restore.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { settingsToChange } from "../../../src/operations/workspace/change-settings.ts";
import { loadHome } from "../../../src/operations/workspace/load-home.ts";
import { workspaceStatus } from "../../../src/operations/workspace/workspace-status.ts";
import { counting } from "../counting.ts";
import { startWorld, worldNumber } from "../../support/world.ts";

/** A world with two connections, a freeze, a detached number and a change that can be undone. */
async function busyWorld() {
  const world = await startWorld();
  const { ctx } = world;
  const [connection] = await ctx.workspace.connections.list();
  await ctx.workspace.connections.add({
    vendor: "cartesia",
    name: "staging",
    credentials: { api_key: "k" },
  });
  for (const [changeId, to] of [
    ["chg_1", "agent_b"],
    ["chg_2", null],
  ] as const) {
    const { requested } = await world.record(changeId, "agent_a", to ?? "");
    const done = { ...requested, kind: "change.outcome", outcome: "applied" } as const;
    await ctx.workspace.audit.append({ ...done, wanted: { agent: to }, after: { agent: to } });
  }
  return { ...counting(ctx), key: { connectionId: connection?.id ?? "", numberId: worldNumber.id } };
}

type Screen = (ctx: Context, key: { connectionId: string; numberId: string }) => Promise<unknown>;

const screens: [string, Screen, number][] = [
  ["a number's card", loadNumberCard, 1],
  ["an undo", async (ctx) => previewRestore(ctx, "chg_1", "before"), 1],
  ["a restore", async (ctx) => previewRestore(ctx, "chg_1", "made"), 1],
  ["the status", async (ctx) => workspaceStatus(ctx), 2],
  ["the App Home", async (ctx) => loadHome(ctx, 5), 2],
  ["the settings", settingsToChange, 0],
  ["the connections", listConnections, 2],
];

it.each(screens)(
  "checks the right once, and opens each connection once, for %s",
  async (_, load, openings) => {
    const { ctx, counts, key } = await busyWorld();
    await load(ctx, key);
    expect(counts).toEqual({ checks: 1, openings });
  },
);

it.each(screens)("refuses %s to a person without a role, and records it once", async (_, load) => {
  const { ctx, counts, key } = await busyWorld();
  const nobody = { permissions: async () => ({ ...allPermissions, role: "none" as const }) };
  await expect(load({ ...ctx, authorizer: nobody }, key)).rejects.toMatchObject({ code: "not_allowed" });
  const recorded = await ctx.workspace.audit.entries({ limit: 10 });
  expect(recorded.filter(({ kind }) => kind === "action.refused")).toHaveLength(1);
  expect(counts.openings).toBe(0);
});

it("refuses an undo at a connection that is denied, before it opens it", async () => {
  const { ctx, counts, key } = await busyWorld();
  const denied = { permissions: async () => ({ ...allPermissions, deniedConnections: [key.connectionId] }) };
  const refused = previewRestore({ ...ctx, authorizer: denied }, "chg_1", "before");
  await expect(refused).rejects.toMatchObject({ code: "not_allowed" });
  expect(counts.openings).toBe(0);
});
