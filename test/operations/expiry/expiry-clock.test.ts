import { beforeEach, expect, it } from "vitest";
import type { Context } from "../../../src/operations/shared/context.ts";
import { expireNow } from "../../../src/operations/expiry/manage-expiry.ts";
import { minute } from "../../support/fixtures.ts";
import { startExpiryWorld, type ExpiryWorld } from "./expiry-world.ts";

let at: ExpiryWorld;
beforeEach(async () => {
  at = await startExpiryWorld();
});

// O8
it("reverts nothing and reminds nobody while the clock is wrong, says so once, and continues when it is correct", async () => {
  let isOff = true;
  const { start, stop } = at.job({ isClockSkewed: () => isOff, everyMs: 5_000 });
  await start();
  await at.world.pass(32 * minute);
  expect([at.said(), at.sent]).toEqual([["clock_off"], 0]);
  expect(at.world.log.filter(({ level }) => level === "error")).toHaveLength(1);
  isOff = false;
  await at.world.pass(minute);
  stop();
  expect([at.said(), at.sent]).toEqual([["clock_off", "reverted"], 1]);
});

// O8
it("reverts while the clock is wrong if somebody asked for that now", async () => {
  await at.look();
  const temporary = await at.ctx.workspace.temporaryChanges.find("chg_1");
  const person: Context = { ...at.ctx, actor: { kind: "user", userId: "U1", workspaceId: "T1" } };
  await expireNow(person, { changeId: "chg_1", endsAt: temporary?.endsAt ?? new Date(Number.NaN) });
  await at.job({ isClockSkewed: () => true }).round();
  expect([at.said(), at.sent, await at.state()]).toEqual([["reverted"], 1, "over"]);
});
