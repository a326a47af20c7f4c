import { expect, it } from "vitest";
import { smallBatchSize } from "../../../src/domain/shared/event-loop.ts";
import { findByTitle } from "../../../src/operations/restrictions/target.ts";
import { titledNow } from "../../../src/operations/shared/present-names.ts";
import { turnsOf } from "../../support/until.ts";
import { startWorld, worldNumber } from "../../support/world.ts";

const batches = 10;
const connectionId = "con_1";

const kept = Array.from({ length: batches * smallBatchSize }, (_, at) => ({
  connectionId,
  numberId: `pn_${at}`,
  title: `Line ${at} (+1 415 ${String(2_000_000 + at)})`,
}));

// A4
it("names many frozen or protected numbers a batch at a time", async () => {
  const world = await startWorld();
  const [connection] = await world.ctx.workspace.connections.list();
  world.listed = kept.map(({ numberId }, at) => ({
    ...worldNumber,
    id: numberId,
    e164: `+1415${2_000_000 + at}`,
    name: `Desk ${at}`,
  }));
  const ofConnection = kept.map((one) => ({ ...one, connectionId: connection?.id }));
  const { result, turns } = await turnsOf(titledNow(world.ctx, ofConnection, "lists"));
  expect(result.map(({ title, titleBefore }) => [title, titleBefore]).slice(-1)).toEqual([
    ["Desk 999 (+1 415 200 0999)", "Line 999 (+1 415 2000999)"],
  ]);
  expect(turns).toBeGreaterThanOrEqual(batches - 1);
});

// A4
it("looks for one among many by its title a batch at a time", async () => {
  const world = await startWorld();
  const { result, turns } = await turnsOf(findByTitle(world.ctx, kept, "line 998"));
  expect(result.map(({ numberId }) => numberId)).toEqual(["pn_998"]);
  expect(turns).toBeGreaterThanOrEqual(batches - 1);
});
