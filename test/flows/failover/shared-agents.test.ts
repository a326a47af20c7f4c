import { expect, it, onTestFinished } from "vitest";
import { startHarness } from "../../../src/demo/harness.ts";
import { defaultStopRule } from "../../../src/domain/failover/plan.ts";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { cli, hour, operator, teamId, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { person, textOf } from "../../support/screen.ts";
import { opens, quiet } from "../../support/words.ts";

const uuid = (last: number): string => `8b2e4c70-91d3-4f6a-b5c8-${String(last).padStart(12, "0")}`;
const [concierge, spanish] = ["agent_4c1f0a9be27d5836", "agent_8e25d7b3f1609ac4"];
const [beach, members, premieres, south] = [
  "+13055550114",
  "+13055550127",
  uuid(103),
  "phnum_8102k3south9mzt",
];
const holdingAt: Readonly<Partial<Record<VendorId, string>>> = {
  retell: "agent_d30b96e8147fa25c",
  vapi: uuid(3),
  elevenlabs: "agent_1903k2holds6w4t",
};
const both = [
  { agent_id: concierge, agent_version: "prod", weight: 0.7 },
  { agent_id: spanish, weight: 0.3 },
];
const inVersion = [{ agent_id: concierge, agent_version: "prod", weight: 1 }];
const branch = { agent_id: "agent_3401k7storm8x2m", branch_id: "agtbrch_6201k9winter" };

it("switches shared, versioned, squad and branch numbers, and puts each back exactly as it was", async () => {
  const harness = await startHarness({
    connected: ["retell", "vapi", "elevenlabs"],
    logTo: quiet,
    runRemindersEveryMs: 50,
  });
  onTestFinished(async () => harness.close());
  const { retell, vapi, elevenlabs } = harness.vendors;
  const to = (vendor: VendorId, numberId: string) => ({
    connectionId: harness.connections[vendor]?.id ?? "",
    numberId,
    change: { kind: "reassign", agentId: holdingAt[vendor] ?? "" } as const,
  });
  const plan = {
    slug: "silent",
    title: "Agents are silent",
    when: "Callers hear nothing.",
    owner: undefined,
    defaultForMs: 2 * hour,
    atEnd: "remind",
    stop: defaultStopRule,
    selectors: [],
    tiers: [
      {
        name: "all",
        askBeforeNext: false,
        members: [to("retell", beach), to("retell", members), to("vapi", premieres), to("elevenlabs", south)],
      },
    ],
  } as const;
  const requestId = harness.infra.newId("req");
  await harness.infra.store.workspace(teamId).plans.save(plan, { actor: cli, requestId });
  const omar = person(harness, operator);
  const preview = async (line: string, words: string): Promise<string> =>
    textOf(await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), words));
  const bodies = () =>
    [retell, vapi, elevenlabs].map(({ requests }) =>
      requests.filter(({ method }) => method === "PATCH").map(({ body }) => body),
    );

  const shown = await preview("failover silent because callers hear nothing", "4 will be switched");
  expect(shown).toContain("*Concierge* (version prod) 70% + *Spanish concierge* 30% → *Holding message*");
  expect(shown).toContain("*Premiere squad* → *Holding message*");
  expect(shown).toContain("*Storm desk* (branch agtbrch_6201k9winter) → *Holding message*");
  await omar.submit();
  expect((await onRecord(harness, { kind: "failover.held" })).details).toMatchObject({ changed: "4" });
  const [ofRetell, ofVapi, ofElevenLabs] = bodies();
  expect(ofRetell).toHaveLength(2);
  for (const body of ofRetell ?? [])
    expect(body).toEqual({ inbound_agents: [{ agent_id: holdingAt.retell, weight: 1 }] });
  expect(ofVapi).toEqual([{ squadId: null, assistantId: holdingAt.vapi }]);
  expect(ofElevenLabs).toEqual([{ agent_id: holdingAt.elevenlabs, branch_id: null }]);

  await omar.close();
  await preview("failover silent back", "4 will be put back");
  await omar.submit();
  await onRecord(harness, { kind: "failover.returned" });
  const [backAtRetell, backAtVapi, backAtElevenLabs] = bodies().map((all, at) => all.slice([2, 1, 1][at]));
  expect(backAtRetell).toHaveLength(2);
  expect(backAtRetell).toEqual(
    expect.arrayContaining([{ inbound_agents: both }, { inbound_agents: inVersion }]),
  );
  expect(retell.number(beach)?.["inbound_agents"]).toEqual(both);
  expect(retell.number(members)?.["inbound_agents"]).toEqual(inVersion);
  expect(backAtVapi).toEqual([{ assistantId: null, squadId: uuid(4) }]);
  expect(backAtElevenLabs).toEqual([branch]);
  expect(elevenlabs.number(south)).toMatchObject({ assigned_agent: branch });
});
