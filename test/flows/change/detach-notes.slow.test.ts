import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";

const note = "which a detach does not clear";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ connected: ["oneinbox"] });
});
afterAll(async () => {
  await harness.close();
});

async function form(line: string) {
  const omar = person(harness, "U0OPER001");
  return opens(harness, omar, async () => omar.command(line), "*Now:*");
}

it("says before a detach that the vendor will most likely keep the agent of an override", async () => {
  expect(textOf(await form('detach "After hours"'))).toContain(note);
  await person(harness, "U0OPER001").submit();
  const told = textOf(await formSays(harness, person(harness, "U0OPER001"), "the agent still answers"));
  expect(told).toContain("safe for callers");
});

it("does not say so without an override, or if the agent is replaced", async () => {
  expect(textOf(await form("detach Clinic main"))).not.toContain(note);
  expect(textOf(await form('reassign "After hours"'))).not.toContain(note);
});
