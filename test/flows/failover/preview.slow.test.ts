import { afterEach, beforeEach, expect, it } from "vitest";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { startFailoverHarness, type FailoverHarness } from "../../support/failover/failover-run.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { opens } from "../../support/words.ts";

const numbers = 25;
let at: FailoverHarness;
let omar: SlackPerson;
beforeEach(async () => {
  at = await startFailoverHarness({ cartesia: numbers });
  omar = person(at.harness, operator);
});
afterEach(async () => {
  await at.harness.close();
});

const opened = async (line: string, words: string): Promise<string> =>
  textOf(await opens(at.harness, omar, async () => omar.command(line, { channelId: voiceOps }), words));
const switches = (text: string): number => text.split(":arrows_counterclockwise: ").length - 1;

it("says how long it takes, and has pages for the numbers that it switches and those that it leaves", async () => {
  const gone = Array.from({ length: 12 }, (_, index) => `pn_gone_${index}`);
  await silentPlan(at.harness, [[...at.ids("cartesia"), ...gone]]);
  const first = await opened("failover silent because callers hear nothing", "25 will be switched");
  expect(first).toMatch(/37 numbers, 1 connection · takes about \d+ s at the vendors' rate limits/u);
  expect([switches(first), first]).toEqual([10, expect.stringContaining("Page 1 of 3")]);
  expect(first).toContain("Page 1 of 2");
  expect(first).toContain("*By hand*, for number `pn_gone_0`:");
  // On a phone, ids would be most of each line. They tell apart what has the same name or none.
  const lines = first.split("\n").filter((line) => line.includes(":arrows_counterclockwise: "));
  expect(lines).toHaveLength(10);
  expect(lines.filter((line) => /agent_|pn_/u.test(line))).toEqual([]);
  const reads = at.harness.vendors.cartesia.requests.length;
  await omar.click("preview:switched:next");
  await formSays(at.harness, omar, "Page 2 of 3");
  await omar.click("preview:switched:next");
  await formSays(at.harness, omar, "Page 3 of 3");
  await omar.click("preview:left:next");
  const last = textOf(await formSays(at.harness, omar, "Page 2 of 2"));
  expect([switches(last), last]).toEqual([5, expect.stringContaining("Page 3 of 3")]);
  expect(last).toContain("pn_gone_11");
  expect(at.harness.vendors.cartesia.requests).toHaveLength(reads);
  await omar.submit();
  const { details } = await onRecord(at.harness, { kind: "failover.held" });
  expect(details).toMatchObject({ changed: "25", of: "25" });
  await formSays(at.harness, omar, "25 of 25 changed");
  await omar.close();
  const back = await opened("failover silent back", "25 will be put back");
  expect(back).toContain("at the vendors' rate limits");
  await omar.click("preview:switched:next");
  await formSays(at.harness, omar, "Page 2 of 3");
  await omar.submit();
  await onRecord(at.harness, { kind: "failover.returned" });
  expect(at.switched("cartesia")).toBe(0);
});
