import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { incidents } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";

let harness: Harness;
let omar: SlackPerson;
beforeAll(async () => {
  harness = await startHarness({
    mode: "socket",
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
  omar = person(harness, "U0OPER001");
});
afterAll(async () => {
  await harness.close();
});

it("answers a command", async () => {
  expect((await omar.command("list", { channelId: incidents })).status).toBe(200);
  await toldAlone(harness, "U0OPER001", "6 numbers");
});

it("serves only health and metrics, on the configured host", async () => {
  const ready = await fetch(`${harness.url()}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([200, "ready\n"]);
  expect(await (await fetch(`${harness.url()}/metrics`)).text()).toContain("patchbay_sockets_open 2\n");
  const other = { status: (await fetch(`${harness.url()}/slack/events`, { method: "POST" })).status };
  expect(other).toEqual({ status: 404 });
  // HOST is 127.0.0.1 here: another address of this machine is not answered.
  await expect(fetch(harness.url().replace("127.0.0.1", "127.0.0.2"))).rejects.toThrow("fetch failed");
});

it("draws the home tab", async () => {
  await omar.openHome();
  const home = await harness.slack.eventually("a home tab", () =>
    harness.slack.home("T0PATCH01", "U0OPER001"),
  );
  expect(textOf(home)).toContain("cartesia demo");
});

it("returns options and makes a change, once even if the envelope arrives twice", async () => {
  await omar.command("reassign", { channelId: incidents });
  await formSays(harness, omar, "Number");
  const numbers = await omar.options("number", "0152");
  expect(numbers.map(({ text }) => text)).toEqual(["Roadside (+1 214 555 0152)"]);
  for (const number of numbers) await omar.choose("number", number);
  await formSays(harness, omar, "Roadside assistance");
  const agents = await omar.options("agent", "disp");
  expect(agents.map(({ text }) => text)).toEqual(["Dispatch"]);
  for (const agent of agents) await omar.choose("agent", agent);
  await formSays(harness, omar, "After:");
  const { delivery, errors } = await omar.submit();
  expect({ errors, problem: delivery.problem }).toEqual({ errors: undefined, problem: undefined });
  await toldInChannel(harness, incidents, "Reassigned by");
  await harness.slack.redeliver(delivery);
  await onRecord(harness, { kind: "change.refused", code: "already_requested" });
  expect(harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH")).toHaveLength(1);
});

it("refuses a person of another organization by the socket as well", async () => {
  const message = await toldInChannel(harness, incidents, "Reassigned by");
  await person(harness, "U0ELSE001").click("show", { in: message });
  expect(person(harness, "U0ELSE001").view()).toBeUndefined();
  await toldAlone(harness, "U0ELSE001", "You are not a member of the workspace");
});

it("receives the next command while Slack refreshes a connection", async () => {
  await harness.slack.eventually("two connections", () => harness.slack.socketCount() === 2);
  harness.slack.refreshSocket();
  expect((await omar.command("show Roadside", { channelId: incidents })).status).toBe(200);
  await toldAlone(harness, "U0OPER001", "Dispatch* answers now");
});
