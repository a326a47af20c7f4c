import { expect, it } from "vitest";
import { commandLine } from "../../../src/cli/program.ts";
import { planWords, slugFault, slugIn } from "../../../src/domain/failover/plan-words.ts";
import { failover } from "../../../src/slack/failover/failover-command.ts";
import { startCliHarness } from "../cli-harness.ts";

it("keeps every word of both failover commands from being the name of a new plan", async () => {
  const cli = commandLine((await startCliHarness()).deps()).commands.find((one) => one.name() === "failover");
  // Commander adds `help`.
  const words = new Set(["help", ...(cli?.commands.flatMap((one) => [one.name(), ...one.aliases()]) ?? [])]);
  // The line that the help shows; `for` stands for `until` as well.
  for (const [word] of failover.usage.matchAll(/[a-z]+/gu)) words.add(word);
  words.delete("plan");
  words.add("until");
  expect([...planWords].toSorted()).toEqual([...words].toSorted());
  expect(slugFault("drill")).toContain("Choose another name, such as drill-plan.");
  expect(slugFault("drill-plan")).toBeUndefined();
});

it("takes a word in quotes for a plan, whatever the keyboard makes of them", () => {
  for (const typed of ['"drill"', " “Drill” ", "„drill“", "«drill»", "»drill«", "″drill″", "drill"])
    expect(slugIn(typed)).toBe("drill");
  expect(slugIn('"drill')).toBe('"drill');
});
