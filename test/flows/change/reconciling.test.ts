import { afterEach, beforeEach, expect, it } from "vitest";
import { startHouse, type House } from "../../../src/demo/harness.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

const operator = "U0OPER001";
const roadside = "pn_B6d1Vz5H";
const dispatch = "agent_7hN4pZc2";

let house: House;
beforeEach(async () => {
  house = await startHouse({ connected: ["cartesia"], environment: { VENDOR_TIMEOUT_MS: "300" } });
});
afterEach(async () => {
  await house.close();
});

/** A reassign whose answer never comes and which has not happened so far. */
async function loseTheAnswer(channelId: string): Promise<void> {
  const omar = person(house, operator);
  await omar.command("reassign Roadside to Dispatch because it loops", { channelId });
  await formSays(house, omar, "After:");
  house.vendors.cartesia.fault({ kind: "hang" }, { on: "write" });
  await omar.submit();
  await formSays(house, omar, "Unknown whether");
}

const outcomes = async (): Promise<unknown[]> =>
  (await house.audit()).filter(({ kind }) => kind === "change.outcome").map(({ outcome }) => outcome);

const patches = (): number =>
  house.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;

it("updates the message in place when an unknown change turns out to have taken effect, after a restart too", async () => {
  await loseTheAnswer("C0VOICE01");
  const told = await toldInChannel(house, "C0VOICE01", "Unknown whether");
  await house.stopApp();
  house.vendors.cartesia.changeNumber(roadside, { agent_id: dispatch });
  await house.startApp();
  const updated = await toldInChannel(house, "C0VOICE01", "It did take effect");
  expect(updated.ts).toBe(told.ts);
  expect(textOf(updated)).not.toContain("Unknown whether");
  expect(await outcomes()).toEqual(["unknown", "applied"]);
  expect(patches()).toBe(1);
});

it("tells it in a new message where the first one has no address", async () => {
  await loseTheAnswer("C0INCID01");
  await toldInChannel(house, "C0INCID01", "Unknown whether");
  await house.stopApp();
  house.vendors.cartesia.changeNumber(roadside, { agent_id: dispatch });
  await house.startApp();
  const told = await house.slack.eventually("a direct message", () =>
    house.slack.directMessages(operator).find((message) => textOf(message).includes("It did take effect")),
  );
  expect(textOf(told)).toContain("*Roadside assistance* → *Dispatch*");
});

it("offers to try an unknown change again as a new one, with its own preview", async () => {
  await loseTheAnswer("C0VOICE01");
  const told = await toldInChannel(house, "C0VOICE01", "Unknown whether");
  house.vendors.cartesia.clearFaults();
  const omar = person(house, operator);
  await omar.close();
  await omar.click("open_form", { in: told });
  await formSays(house, omar, "*After:* *Roadside assistance* → *Dispatch*");
  await omar.submit();
  await formSays(house, omar, "was reassigned");
  expect(patches()).toBe(2);
});

it("tells the person about a change that a crash left without an outcome", async () => {
  await house.stopApp();
  const { connections, ground } = house;
  const workspace = ground.store.workspace("T0PATCH01");
  await workspace.said.keep("chg_crashed", { userId: operator, channelId: "C0VOICE01" });
  await workspace.audit.append({
    kind: "change.requested",
    actor: { kind: "user", userId: operator, workspaceId: "T0PATCH01" },
    requestId: "req_crashed",
    changeId: "chg_crashed",
    change: "reassign",
    connection: connections.cartesia,
    number: {
      connectionId: connections.cartesia?.id ?? "",
      numberId: roadside,
      e164: "+12145550152",
      name: "Roadside",
    },
    before: { agent: "agent_5kR9wXd8" },
    wanted: { agent: dispatch },
  });
  await house.startApp();
  await toldInChannel(house, "C0VOICE01", "Unknown");
  expect(await outcomes()).toEqual(["unknown"]);
  expect(patches()).toBe(0);
});
