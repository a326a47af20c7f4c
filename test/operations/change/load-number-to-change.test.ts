import { expect, it } from "vitest";
import { loadNumberToChange } from "../../../src/operations/change/load-number-to-change.ts";
import { startWorld, worldNumber } from "../../support/world.ts";

it("checks the right once and opens the connection once for all that a form shows", async () => {
  const { ctx } = await startWorld();
  const [connection] = await ctx.workspace.connections.list();
  const key = { connectionId: connection?.id ?? "", numberId: worldNumber.id };
  let checks = 0;
  let openings = 0;
  const counting = {
    ...ctx,
    authorizer: {
      permissions: async (...asked: Parameters<typeof ctx.authorizer.permissions>) => {
        checks += 1;
        return ctx.authorizer.permissions(...asked);
      },
    },
    accounts: {
      ...ctx.accounts,
      open: (...asked: Parameters<typeof ctx.accounts.open>) => {
        openings += 1;
        return ctx.accounts.open(...asked);
      },
    },
  };
  const loaded = await loadNumberToChange(counting, key, { agentText: "Night Bot", channelId: "C1" });
  expect(loaded.view.number.id).toBe(worldNumber.id);
  expect(loaded.agent?.kind).toBe("none");
  expect([checks, openings]).toEqual([1, 1]);
});
