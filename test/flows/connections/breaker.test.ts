import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { incidents, operator } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { leftOut, quiet } from "../../support/words.ts";

const lessOften = "Patchbay tries again after";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    connected: ["cartesia", "dialnexa"],
    logTo: quiet,
    environment: { VENDOR_TIMEOUT_MS: "1000" },
  });
  // Lists are known from before, and forgotten by a change, so that they are asked for again.
  await rename("Before", "*Now:*");
  const isList = (path: string): boolean => /\/agents(\/phone-numbers)?$/u.test(path);
  harness.vendors.cartesia.fault({ kind: "status", status: 503 }, { on: ({ path }) => isList(path) });
  for (let turn = 1; turn <= 3; turn += 1) await listed(turn);
});
afterAll(async () => {
  await harness.close();
});

it("lists since when a connection does not respond and when it is tried again", async () => {
  const asked = harness.vendors.cartesia.requests.length;
  await listed(4);
  const list = await toldAlone(harness, operator, lessOften);
  expect(textOf(list)).toMatch(
    /\*cartesia demo\* has not listed its numbers since <!date\^[^>]+>\. Patchbay tries again after <!date\^[^>]+>\. You can still change numbers\./u,
  );
  expect(list.text).toContain(lessOften);
  expect(textOf(list)).not.toContain("dialnexa demo* has not answered");
  expect(leftOut(list)).toEqual([]);
  expect(harness.vendors.cartesia.requests).toHaveLength(asked);
});

it("says it on the App Home", async () => {
  await person(harness, operator).openHome();
  const home = await harness.slack.eventually("a home tab", () => harness.slack.home("T0PATCH01", operator));
  expect(textOf(home)).toContain(lessOften);
});

it("counts as an open breaker in the metrics", async () => {
  const text = await (await fetch(`${harness.url()}/metrics`)).text();
  const of = (vendor: "cartesia" | "dialnexa") =>
    `patchbay_breaker_open{vendor="${vendor}",connection="${harness.connections[vendor]?.id}"}`;
  expect(text).toContain(`${of("cartesia")} 1\n`);
  expect(text).toContain(`${of("dialnexa")} 0\n`);
});

it("says it in a form that has no number yet", async () => {
  const omar = person(harness, operator);
  await omar.command("reassign", { channelId: incidents });
  expect(textOf(await formSays(harness, omar, "Number"))).toContain(lessOften);
  await omar.close();
});

it("says so for a number that can be read anyway, and makes the change", async () => {
  await rename("After", lessOften);
  const patches = harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH");
  expect(patches.map(({ body }) => body)).toEqual([{ label: "Before" }, { label: "After" }]);
});

async function listed(turn: number): Promise<void> {
  await person(harness, operator).command("list", { channelId: incidents });
  await harness.slack.eventually(`answer ${turn}`, () => harness.slack.ephemerals(operator).length === turn);
}

/** Renames one number of Cartesia; where its list fails it is offered rather than taken for the one that was meant. */
async function rename(to: string, sees: string): Promise<void> {
  const omar = person(harness, operator);
  await omar.command(`rename 0152 to ${to}`, { channelId: incidents });
  const form = await harness.slack.eventually("a form", () => {
    const text = textOf(omar.view());
    return text.includes("*Now:*") || text.includes("Is it the one?") ? text : undefined;
  });
  if (!form.includes("*Now:*")) await omar.click("pick:0");
  expect(textOf(await formSays(harness, omar, "*Now:*"))).toContain(sees);
  await omar.submit();
  await formSays(harness, omar, "Renamed by");
  await omar.close();
}
