import { expect, it, vi } from "vitest";
import { snapshot } from "../../../src/domain/numbers/change.ts";
import type { VendorAccount } from "../../../src/domain/vendor/vendor-account.ts";
import { changeNumber } from "../../../src/operations/change/change-number.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { startWorld, worldNumber } from "../../support/world.ts";

/** A change whose claim waits for `answerClaim`, at a vendor with these methods. */
async function claimedLate(vendor: Partial<VendorAccount>) {
  const { ctx } = await startWorld();
  const [connection] = await ctx.workspace.connections.list();
  const { open } = ctx.accounts;
  let answerClaim: (isFirst: boolean) => void = () => undefined;
  const claimed = new Promise<boolean>((resolve) => (answerClaim = resolve));
  const waiting: Context = {
    ...ctx,
    accounts: { ...ctx.accounts, open: (...args) => ({ ...open(...args), ...vendor }) },
    workspace: { ...ctx.workspace, claim: async () => claimed },
  };
  const key = { connectionId: connection?.id ?? "", numberId: worldNumber.id };
  const change = { kind: "reassign", agentId: "agent_b" } as const;
  return {
    ctx,
    changed: changeNumber(waiting, { key, change, seen: snapshot(worldNumber) }),
    answerClaim: (isFirst: boolean) => answerClaim(isFirst),
  };
}

it("reads the number while its request is claimed, and sends nothing before that", async () => {
  const getNumber = vi.fn<VendorAccount["getNumber"]>(async () => worldNumber);
  const patch = vi.fn<VendorAccount["patch"]>(async () => ({
    status: 200,
    number: { ...worldNumber, agent: { id: "agent_b" } },
  }));
  const getAgent = async (id: string) => ({ id, name: id });
  const { ctx, changed, answerClaim } = await claimedLate({ getNumber, patch, getAgent });
  await vi.waitFor(() => expect(getNumber).toHaveBeenCalled());
  expect(await ctx.workspace.audit.entries({ limit: 10 })).toEqual([]);
  answerClaim(true);
  expect((await changed).outcome).toBe("applied");
  expect(patch).toHaveBeenCalledOnce();
});

it("says of a repeated request that it is one, whatever the vendor answers", async () => {
  const patch = vi.fn<VendorAccount["patch"]>();
  const getNumber = async () => {
    throw new Error("the vendor failed");
  };
  const { changed, answerClaim } = await claimedLate({ getNumber, patch });
  answerClaim(false);
  await expect(changed).rejects.toMatchObject({ code: "already_requested" });
  expect(patch).not.toHaveBeenCalled();
});

it("leaves a number alone that has a newer change on record, and says no more of that than is known", async () => {
  const world = await startWorld();
  world.agents = [{ id: "agent_b", name: "B" }];
  const { ctx } = world;
  const { requested } = await world.record("chg_lost", "agent_a", "agent_c");
  const key = { connectionId: requested.number?.connectionId ?? "", numberId: worldNumber.id };
  const change = { kind: "reassign", agentId: "agent_b" } as const;
  const changed = async () =>
    changeNumber(
      { ...ctx, requestId: ctx.newId("req") },
      { key, change, seen: snapshot(worldNumber), recordSeen: { sequence: 0 } },
    );
  await expect(changed()).rejects.toMatchObject({
    code: "conflict",
    message:
      "A change of the number was sent meanwhile (chg_lost), and nobody knows yet whether it was made.",
  });
  await ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "applied" });
  const words = "The number was changed meanwhile (chg_lost), and is as it was again.";
  await expect(changed()).rejects.toMatchObject({ code: "conflict", message: words });
});
