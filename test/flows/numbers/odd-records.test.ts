// B6: a record that cannot be read costs that record alone.
import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { connectedLists } from "../../../src/operations/numbers/connected-lists.ts";
import { matchNumber } from "../../../src/operations/numbers/match-number.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import { cli, operator, teamId } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { quiet } from "../../support/words.ts";

const odd = "phn_z1h5gs9pl3xb";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ connected: ["dialnexa"], logTo: quiet });
  harness.vendors.dialnexa.changeNumber(odd, { phone_number: null, status: "pending" });
});
afterEach(async () => {
  await harness.close();
});

it("shows the other numbers of the connection, and says how many could not be read, after a restart too", async () => {
  const omar = person(harness, operator);
  await omar.command("list");
  const list = textOf(await toldAlone(harness, operator, "could not be read"));
  expect(list).toContain("5 numbers");
  expect(list).toContain("1 number of *dialnexa demo* could not be read.");
  await omar.command("show Nowhere");
  expect(textOf(await toldAlone(harness, operator, "No number is called"))).toContain("could not be read");
  await harness.stopApp();
  harness.vendors.dialnexa.fault({ kind: "hang" });
  await harness.startApp();
  const before = harness.slack.ephemerals(operator).length;
  await omar.command("list");
  const kept = await harness.slack.eventually(
    "the kept list",
    () => harness.slack.ephemerals(operator)[before],
  );
  expect(textOf(kept)).toContain("1 number of *dialnexa demo* could not be read.");
});

it("says in the agent menu that one could not be read", async () => {
  await harness.stopApp();
  harness.vendors.dialnexa.addAccount({
    ...demoAccount("dialnexa"),
    key: harness.keys.dialnexa,
    agents: [...demoAccount("dialnexa").agents, { id: "agt_odd", name: "Odd", extra: { id: null } }],
  });
  await harness.startApp();
  const omar = person(harness, operator);
  const said = "1 agent of *dialnexa demo* could not be read and cannot be chosen here";
  await omar.command('reassign "Support main"');
  await formSays(harness, omar, said);
  await omar.choose("agent", { text: "Night desk", value: "agt_b3t6vz1rd8hc" });
  expect(textOf(await formSays(harness, omar, "*After:*"))).toContain(said);
});

it("reads a number live by its exact id if no list contains it", async () => {
  const omar = person(harness, operator);
  await omar.command("list");
  await toldAlone(harness, operator, "could not be read");
  await omar.command(`show ${odd}`);
  await toldAlone(harness, operator, "phone_number is missing or not as documented");
  harness.vendors.dialnexa.changeNumber(odd, { phone_number: "+12125550163" });
  await omar.command(`show ${odd}`);
  expect(textOf(await toldAlone(harness, operator, "answers now"))).toContain("Sales New York");
});

it("asks which connection an exact id is of if several have it", async () => {
  const omar = person(harness, operator);
  await harness.connect("dialnexa", teamId, "dialnexa copy");
  const ctx = harness.infra.contextFor(teamId, cli);
  // Both lists are read while the record is odd: then only a read of the id itself can find it at either.
  const lists = await connectedLists(ctx, { waitMs: 20_000, maxAgeMs: 60_000 });
  expect(lists.map(({ unreadable }) => unreadable)).toEqual([1, 1]);
  harness.vendors.dialnexa.changeNumber(odd, { phone_number: "+12125550163" });
  const match = await matchNumber(ctx, odd);
  expect(match.kind).toBe("several");
  await omar.command(`freeze ${odd} because x`);
  await toldAlone(harness, operator, "More than one number fits");
  expect(await harness.infra.store.workspace(teamId).freezes.list()).toEqual([]);
});
