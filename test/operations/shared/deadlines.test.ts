import { expect, it, onTestFinished, vi } from "vitest";
import { snapshot } from "../../../src/domain/numbers/change.ts";
import { changeNumber } from "../../../src/operations/change/change-number.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { loadNumberCard } from "../../../src/operations/numbers/get-number.ts";
import { reconcileOutcome } from "../../../src/operations/change/reconcile-outcome.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

/** The world, with what each read of a number was told: for how long, and whether it waits behind people's. */
async function watched() {
  const timeout = vi.spyOn(AbortSignal, "timeout");
  onTestFinished(() => timeout.mockRestore());
  const world: World = await startWorld();
  const [connection] = await world.ctx.workspace.connections.list();
  const key = { connectionId: connection?.id ?? "", numberId: worldNumber.id };
  const reads: { deadlineMs: number | undefined; background: boolean | undefined }[] = [];
  const { open } = world.ctx.accounts;
  const ctx: Context = {
    ...world.ctx,
    accounts: {
      ...world.ctx.accounts,
      open: (...args) => {
        const account = open(...args);
        return {
          ...account,
          getAgent: async (id) => ({ id, name: id }),
          patch: async () => ({ status: 200, number: worldNumber }),
          getNumber: async (id, signal) => {
            const at = timeout.mock.results.findIndex(({ value }) => value === signal);
            const [deadlineMs] = timeout.mock.calls[at] ?? [];
            reads.push({ deadlineMs, background: args[2]?.background });
            return account.getNumber(id, signal);
          },
        };
      },
    },
  };
  return { world, ctx, key, reads };
}

it("times out the read for a form while the person still waits", async () => {
  const { ctx, key, reads } = await watched();
  await loadNumberCard(ctx, key);
  expect(reads).toEqual([{ deadlineMs: 12_000, background: undefined }]);
});

it("gives the verification of a change its own deadline", async () => {
  const { ctx, key, reads } = await watched();
  const change = { kind: "reassign", agentId: "agent_b" } as const;
  await changeNumber(ctx, { key, change, seen: snapshot(worldNumber) });
  expect(reads.map(({ deadlineMs }) => deadlineMs)).toEqual([12_000, 20_000, 20_000, 20_000]);
});

it("checks a change without an outcome after requests that people wait for", async () => {
  const { world, ctx, reads } = await watched();
  await world.record("chg_1", "agent_a", "agent_b");
  await reconcileOutcome({ ...ctx, background: true }, "chg_1");
  expect(reads).toEqual([{ deadlineMs: 30_000, background: true }]);
});
