import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { incidents, operator } from "../../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";
import { blockText, opens, patchesSince, quiet } from "../../support/words.ts";

const [first, second] = ["ap_9dK2mQx7", "ap_3vT8rLw5"];
const providersPath = "/agents/phone-numbers/providers";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({ connected: ["cartesia"], logTo: quiet });
  omar = person(harness, operator);
});
afterEach(async () => {
  harness.vendors.cartesia.clearFaults();
  if (omar.view()) await omar.close();
});
afterAll(async () => harness.close());

const openEdit = async (number: string) =>
  opens(harness, omar, async () => omar.command(`edit ${number}`, { channelId: incidents }), "*Now:*");

it("offers the account's providers by account and region, and moves the number to the chosen one", async () => {
  const before = harness.vendors.cartesia.requests.length;
  const form = await openEdit("Dispatch north");
  expect(JSON.stringify(form.blocks)).toMatch(/"text":"Twilio ….{4} · us1"[^{}]*\},"value":"ap_9dK2mQx7"/u);
  const all = await omar.options("provider", "");
  expect(all).toEqual([
    { text: expect.stringMatching(/^Twilio ….{4} · us1$/u), value: first, description: first },
    { text: expect.stringMatching(/^Twilio ….{4} · us1$/u), value: second, description: second },
  ]);
  const [found, ...others] = await omar.options("provider", "3vt8");
  expect([found?.value, others.map(({ value }) => value)]).toEqual([second, ["3vt8"]]);
  await omar.choose("provider", found ?? { text: "", value: "" });
  await omar.submit();
  await formSays(harness, omar, "Edited by");
  expect(blockText(await toldInChannel(harness, incidents, "Edited by"))).toMatch(
    /Provider: \*Twilio ….{4} · us1\* \(`ap_9dK2mQx7`\) → \*Twilio ….{4} · us1\* \(`ap_3vT8rLw5`\)/u,
  );
  expect(patchesSince(harness.vendors.cartesia, before)).toMatchObject([
    { body: { provider: { id: second } }, applied: true },
  ]);
  expect((await harness.audit()).slice(-2)).toMatchObject([
    { kind: "change.requested", wanted: { "field.provider": second }, before: { "field.provider": first } },
    { kind: "change.outcome", outcome: "applied" },
  ]);
  // One list for the form and everything that was typed in it.
  const reads = harness.vendors.cartesia.requests.slice(before).filter(({ path }) => path === providersPath);
  expect(reads).toHaveLength(1);
});

it("offers an id as it is typed where the list lacks it, and shows the vendor's own words", async () => {
  await openEdit("Dispatch south");
  expect(await omar.options("provider", "ap_unlisted")).toEqual([
    { text: "ap_unlisted", value: "ap_unlisted", description: "As typed" },
  ]);
  await omar.fill("provider", "ap_unlisted");
  await omar.submit();
  expect(blockText(await formSays(harness, omar, "Couldn't edit"))).toContain("Provider not found");
});

it("shows the current provider's id and takes another where the list cannot be read", async () => {
  await harness.close();
  harness = await startHarness({ connected: ["cartesia"], logTo: quiet });
  omar = person(harness, operator);
  harness.vendors.cartesia.fault(
    { kind: "status", status: 403 },
    { on: ({ path }) => path === providersPath },
  );
  const form = await openEdit("Dispatch north");
  expect(JSON.stringify(form.blocks)).toMatch(/"text":"ap_9dK2mQx7"[^{}]*\},"value":"ap_9dK2mQx7"/u);
  const [words, ...others] = await omar.options("provider", "");
  expect([words?.text, others]).toEqual(["The list cannot be read now. Type an id.", []]);
  await omar.choose("provider", words ?? { text: "", value: "" });
  const { errors } = await omar.submit();
  expect(Object.values(errors ?? {})).toEqual(["Type the id in this menu, then choose it."]);
  const before = harness.vendors.cartesia.requests.length;
  await omar.fill("provider", second);
  await omar.submit();
  await formSays(harness, omar, "Edited by");
  expect(patchesSince(harness.vendors.cartesia, before)).toMatchObject([
    { body: { provider: { id: second } }, applied: true },
  ]);
});
