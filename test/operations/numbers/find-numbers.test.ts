import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { findNumbers } from "../../../src/operations/numbers/find-numbers.ts";
import { matchNumber } from "../../../src/operations/numbers/match-number.ts";
import { findTarget } from "../../../src/operations/restrictions/target.ts";
import { matchWords } from "../../../src/slack/numbers/match-message.ts";
import { startWorld, worldNumber } from "../../support/world.ts";

const loading = new Problem("vendor_unavailable", "The list of its numbers is still loading.", {
  loading: true,
});
const down = new Problem("vendor_unavailable", "Cartesia could not be reached.");

async function without(problem: Problem) {
  const world = await startWorld();
  const { ctx } = world;
  const account = ctx.accounts.open({ id: "c", vendor: "cartesia", fingerprint: "f" }, {});
  const unlisted = {
    ...account,
    listNumbers: async () => {
      throw problem;
    },
    getNumber: async () => {
      throw new Problem("not_found", "Cartesia has no such number.");
    },
  };
  return { ...ctx, accounts: { ...ctx.accounts, open: () => unlisted } };
}

it("lists more numbers than a call may have arguments", async () => {
  const world = await startWorld();
  world.listed = Array.from({ length: 150_000 }, (_, at) => ({ ...worldNumber, id: `pn_${at}` }));
  expect((await findNumbers(world.ctx, "", { waitMs: 60_000 })).numbers).toHaveLength(150_000);
});

// O9
describe("a number that was not found while a list is missing", () => {
  it.each([
    [
      "is loading",
      loading,
      "The list of the numbers of prod is still loading. So nobody can say yet whether",
    ],
    [
      "could not be read",
      down,
      "Patchbay has no list of the numbers of prod: Cartesia could not be reached.",
    ],
  ])("that %s is not said to be unknown", async (_what, problem, words) => {
    const ctx = await without(problem);
    for (const text of ["Main line", "0100", "+14155550100", "pn_unknown1"]) {
      const said = matchWords(await matchNumber(ctx, text), text);
      expect(said).toContain(words);
      expect(said).not.toContain("No number is called");
    }
  });

  it("cannot be frozen yet, with the same words", async () => {
    const ctx = await without(loading);
    await expect(findTarget(ctx, "Main line")).rejects.toMatchObject({
      code: "vendor_unavailable",
      message: "The list of the numbers of prod is still loading. So “Main line” was not found yet.",
    });
  });
});
