import { expect, it } from "vitest";
import { loadNumberToChange } from "../../../src/operations/change/load-number-to-change.ts";
import { counting } from "../counting.ts";
import { startWorld, worldNumber } from "../../support/world.ts";

it("checks permission once and opens the connection once for a whole form", async () => {
  const world = await startWorld();
  const { ctx, counts } = counting(world.ctx);
  const [connection] = await ctx.workspace.connections.list();
  const key = { connectionId: connection?.id ?? "", numberId: worldNumber.id };
  const loaded = await loadNumberToChange(ctx, key, {
    verb: "reassign",
    agentText: "Night Bot",
    channelId: "C1",
  });
  expect(loaded.view.number.id).toBe(worldNumber.id);
  expect(loaded.agent?.kind).toBe("none");
  expect(counts).toEqual({ checks: 1, openings: 1 });
});
