import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { voiceOps } from "../../support/fixtures.ts";
import { formSays, person } from "../../support/screen.ts";
import { blockText, opens, quiet } from "../../support/words.ts";

const longId = `pn_${"7Q".repeat(45)}`;
const dispatch = { text: "Dispatch", value: "agent_7hN4pZc2" };

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({
    connected: ["cartesia"],
    logTo: quiet,
    accounts: (id) => {
      const account = demoAccount(id);
      if (id !== "cartesia") return account;
      const long = { id: longId, e164: "+12145550999", name: "Far away", agentId: "agent_5kR9wXd8" };
      return { ...account, numbers: [...account.numbers, long] };
    },
  });
  omar = person(harness, "U0OPER001");
});
afterEach(async () => harness.close());

it("lets people pick a number whose id is too long for an option", async () => {
  await opens(harness, omar, async () => omar.command("reassign", { channelId: voiceOps }), "Number");
  const [option] = await omar.options("number", "Far away");
  expect(option?.value).toMatch(/^kept:form_/u);
  await omar.choose("number", option ?? { text: "", value: "" });
  await formSays(harness, omar, "*Now:*");
  await omar.choose("agent", dispatch);
  await formSays(harness, omar, "*After:*");
  await omar.submit();
  await formSays(harness, omar, "confirmed by");
  expect(writes()).toEqual([expect.stringContaining(longId)]);
});

it("submits a form that was opened for such a number", async () => {
  const line = "reassign Far away to Dispatch";
  await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), "*After:*");
  await omar.submit();
  await formSays(harness, omar, "confirmed by");
  expect(writes()).toEqual([expect.stringContaining(longId)]);
});

it("accepts nobody else's option", async () => {
  await opens(harness, omar, async () => omar.command("reassign", { channelId: voiceOps }), "Number");
  const [option] = await omar.options("number", "Far away");
  const ada = person(harness, "U0ADMIN01");
  await opens(harness, ada, async () => ada.command("reassign", { channelId: voiceOps }), "Number");
  await ada.choose("number", option ?? { text: "", value: "" });
  await formSays(harness, ada, "This form is out of date");
  expect(writes()).toEqual([]);
});

it("warns what becomes of calls when the provider of a Cartesia number changes", async () => {
  const line = 'edit "Far away"';
  const form = await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), "*Now:*");
  expect(blockText(form)).toContain("Calls fail unless that account holds the number.");
});

function writes(): readonly string[] {
  return harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").map(({ path }) => path);
}
