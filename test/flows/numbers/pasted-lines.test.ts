import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { matchNumber } from "../../../src/operations/numbers/match-number.ts";
import { cli, incidents, roadside, teamId } from "../../support/fixtures.ts";
import { person, textOf, toldAlone } from "../../support/screen.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ connected: ["cartesia", "dialnexa"] });
});
afterAll(async () => harness.close());

const found = async (text: string) => {
  const match = await matchNumber(harness.infra.contextFor(teamId, cli), text);
  return match.kind === "one" ? match.number.key.numberId : match.kind;
};

// D5
it("finds each number by its line in the list", async () => {
  await person(harness, "U0OPER001").command("list", { channelId: incidents });
  const lines = textOf(await toldAlone(harness, "U0OPER001", "numbers"))
    .split("\n")
    .filter((line) => line.includes("→"));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect([line, await found(line)]).toEqual([line, expect.stringContaining("_")]);
});

// D5
it.each([
  "⚠️ *Roadside* → Dispatch · +1 214 555 0152 · cartesia demo",
  "@Omar · +1 214 555 0152 · cartesia demo · confirmed 8:41 PM",
  "+1 214 555 0152 · cartesia demo",
])("finds the number in the pasted line %j", async (text) => {
  expect(await found(text)).toBe(roadside);
});

// D5
it.each(["→ Dispatch", "·", "Roadside · East", "Roadside → x · +1 214 555 0153 · y"])(
  "finds no number in %j",
  async (text) => {
    expect(await found(text)).toBe("none");
  },
);
