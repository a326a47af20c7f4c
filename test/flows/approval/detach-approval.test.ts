import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { incidents, voiceOps } from "../../support/fixtures.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { quiet } from "../../support/words.ts";

const [beach, marina] = ["+13055550114", "+17865550131"];

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ connected: ["retell"], logTo: quiet, outboxEveryMs: 20 });
});
afterEach(async () => {
  await harness.close();
});

/** Asks for approval to detach a number. Returns what approvers read. */
async function asked(numberId: string, name: string): Promise<string> {
  await protectNumber(harness, numberId, { channelId: voiceOps }, "retell");
  const omar = person(harness, "U0OPER001");
  await omar.command(`detach ${name} because it loops`, { channelId: incidents });
  await formSays(harness, omar, "After:");
  await omar.submit();
  await formSays(harness, omar, "Waiting for approval");
  return textOf(await toldInChannel(harness, voiceOps, "asks for approval"));
}

it("tells approvers of a detach that callers will reach nobody", async () => {
  expect(await asked(beach, "Beach house")).toContain("*Callers will reach nobody.*");
});

it("tells approvers of a detach that a webhook decides afterwards, and not that nobody answers", async () => {
  const message = await asked(marina, "Marina");
  expect(message).toContain("Afterwards, *the webhook at hooks.marina.example* alone decides who answers.");
  expect(message).not.toContain("*Callers will reach nobody.*");
  expect(message).not.toContain("not-for-slack");
});
