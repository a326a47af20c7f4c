import { expect, it } from "vitest";
import { setFreeze } from "../../../src/operations/restrictions/freeze.ts";
import { startWorld } from "../../support/world.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

it("freezes for a minute to 30 days", async () => {
  const { ctx, now } = await startWorld();
  const freezeFor = async (ms: number) =>
    setFreeze(ctx, { target: { kind: "all" }, reason: "we migrate", ends: { kind: "after", ms } });
  for (const ms of [minute, 30 * day])
    expect(await freezeFor(ms)).toMatchObject({ until: new Date(now().getTime() + ms).toISOString() });
  for (const ms of [minute - 1, 30 * day + 1])
    await expect(freezeFor(ms)).rejects.toMatchObject({ code: "invalid_input", details: { field: "ends" } });
});
