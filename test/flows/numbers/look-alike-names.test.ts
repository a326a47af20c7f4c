import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { matchAgent } from "../../../src/operations/numbers/list-agents.ts";
import { matchNumber } from "../../../src/operations/numbers/match-number.ts";
import { openConnection } from "../../../src/operations/shared/context.ts";
import { demoAccount, type AccountSeed } from "../../../src/sandbox/vendors/index.ts";
import { assistance, cli, dispatch, incidents, roadside, teamId } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { person, textOf, toldAlone } from "../../support/screen.ts";

const impostors = [
  { id: "pn_FAKE0001", e164: "+13125550001", name: "Roadside (+1 214 555 0152)", agentId: assistance },
  { id: "pn_FAKE0002", e164: "+13125550002", name: "0044 20 7946 0958", agentId: assistance },
  { id: "pn_LONDON01", e164: "+442079460958", name: "London", agentId: assistance },
];
const agents = [
  { id: "agent_FAKE0001", name: `Dispatch (${dispatch})` },
  { id: "agent_FAKE0002", name: `agent ${dispatch}` },
];

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    accounts: (vendor): AccountSeed => {
      const seed = demoAccount(vendor);
      if (vendor !== "cartesia") return seed;
      return { ...seed, agents: [...seed.agents, ...agents], numbers: [...seed.numbers, ...impostors] };
    },
  });
});
afterAll(async () => harness.close());
beforeEach(async () => {
  for (const freeze of await workspace().freezes.list())
    await workspace().freezes.remove(freeze, { kind: "freeze.lifted", actor: cli, requestId: "test" });
});

const workspace = () => harness.infra.store.workspace(teamId);
const ctx = () => harness.infra.contextFor(teamId, cli);

const numbersCalled = async (text: string): Promise<readonly string[]> => {
  const match = await matchNumber(ctx(), text);
  if (match.kind === "one") return [match.number.key.numberId];
  return match.kind === "several" ? match.numbers.map(({ key }) => key.numberId) : [];
};

// A17
it.each([
  ["Roadside (+1 214 555 0152)", [roadside, "pn_FAKE0001"]],
  ["0044 20 7946 0958", ["pn_LONDON01", "pn_FAKE0002"]],
  ["+44 20 7946 0958", ["pn_LONDON01"]],
  ["Roadside", [roadside]],
])("asks which number %s is if another one's name looks the same", async (text, ids) => {
  expect((await numbersCalled(text)).toSorted()).toEqual(ids.toSorted());
});

// A17
it.each([
  [`Dispatch (${dispatch})`, [dispatch, "agent_FAKE0001"]],
  [`agent ${dispatch}`, [dispatch, "agent_FAKE0002"]],
  [dispatch, [dispatch]],
  ["Dispatch", [dispatch]],
])("asks which agent “%s” is if another one's name looks the same", async (text, ids) => {
  const match = await matchAgent(await openConnection(ctx(), harness.connections.cartesia?.id ?? ""), text);
  const found = match.kind === "one" ? [match.agent] : match.kind === "several" ? match.agents : [];
  expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
});

// A17
it("does not freeze the number whose name looks like another's title", async () => {
  const omar = person(harness, "U0OPER001");
  await omar.command("freeze Roadside (+1 214 555 0152) because x", { channelId: incidents });
  await toldAlone(harness, "U0OPER001", "More than one number fits");
  expect(await workspace().freezes.list()).toEqual([]);
});

// E10
it("does not unfreeze a number for a whole number that is another one", async () => {
  const omar = person(harness, "U0OPER001");
  await omar.command("freeze 0152 because x", { channelId: incidents });
  await onRecord(harness, { kind: "freeze.set", userId: "U0OPER001" });
  await omar.command("unfreeze +214 555 0152", { channelId: incidents });
  await toldAlone(harness, "U0OPER001", "is frozen by");
  expect(await workspace().freezes.list()).toHaveLength(1);
  await omar.command("unfreeze +1 214 555 0152", { channelId: incidents });
  await onRecord(harness, { kind: "freeze.lifted", userId: "U0OPER001" });
});

// E14
it.each([
  ["undo 0152 for 30m because x", "“for 30m” has no effect on undo"],
  ["undo 0152 incident INC-1", "“incident INC-1” has no effect on undo"],
  ["freeze 0152 incident INC-1 because x", "“incident INC-1” has no effect on freeze"],
])("says what the verb does not take: %s", async (line, words) => {
  await person(harness, "U0OPER001").command(line, { channelId: incidents });
  expect(textOf(await toldAlone(harness, "U0OPER001", words))).toContain("nothing was done");
  expect(await workspace().freezes.list()).toEqual([]);
});
