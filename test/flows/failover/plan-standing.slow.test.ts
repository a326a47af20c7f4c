import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import {
  admin,
  cli,
  holding,
  minute,
  nobody,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { onRecord } from "../../support/record.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";

const fleetDesk = "pn_H3k7Ry4N";

let harness: Harness;
let passedMs: number;
beforeEach(async () => {
  passedMs = 0;
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    now: () => new Date(Date.now() + passedMs),
    pause: async () => undefined,
    readinessEveryMs: 50,
    runsEveryMs: 20,
  });
});
afterEach(async () => {
  await harness.close();
});

const workspace = () => harness.infra.store.workspace(teamId);
const connectionId = (): string => harness.connections.cartesia?.id ?? "";
const requestId = (): string => harness.infra.newId("req");

async function setRule(most: number): Promise<void> {
  const demand = {
    kind: "at_most",
    atMost: { numbers: most },
    agentId: holding,
    agentName: "Holding message",
  } as const;
  await workspace().rules.set(
    { id: "rul_1", title: "Capacity", scopes: [{ connectionId: connectionId() }], demand },
    {
      kind: "rule.set",
      actor: cli,
      requestId: requestId(),
      details: { rule: "rul_1", title: "Capacity", demand: "" },
    },
  );
}

async function approvePlan(revision: number): Promise<void> {
  const approval = {
    id: "apr_1",
    revision,
    at: new Date().toISOString(),
    by: admin,
    numbers: [{ connectionId: connectionId(), numberId: roadside }],
  };
  await workspace().planStates.approve("silent", approval, {
    kind: "plan.approved",
    actor: cli,
    requestId: requestId(),
    details: { plan: "silent", revision: "1", title: "", approval: "apr_1", protected: "1", until: "" },
  });
}

async function freeze(): Promise<void> {
  await workspace().freezes.set(
    {
      connectionId: connectionId(),
      numberId: roadside,
      title: "Roadside",
      reason: "a demo runs",
      by: cli,
      at: new Date().toISOString(),
    },
    { kind: "freeze.set", actor: cli, requestId: requestId(), outcome: "applied" },
  );
}

/** Another failover waits after its first tier, and holds the number of its second. */
async function runOther(): Promise<void> {
  const member = (numberId: string) => ({
    connectionId: connectionId(),
    numberId,
    change: { kind: "reassign", agentId: holding } as const,
  });
  await silentPlan(harness, [], {
    slug: "other",
    tiers: [
      { name: "canary", askBeforeNext: true, members: [member(fleetDesk)] },
      { name: "rest", askBeforeNext: false, members: [member(roadside)] },
    ],
  });
  const omar = person(harness, operator);
  await omar.command("failover other because callers hear nothing", { channelId: voiceOps });
  await formSays(harness, omar, "2 numbers, 1 connection");
  await omar.submit();
  await onRecord(harness, { kind: "failover.paused" });
  await omar.close();
}

/** What happens to a plan with the number Roadside, and what every surface says of it. */
const causes: [cause: string, happens: () => Promise<void> | void, words: string, hasHomeLine: boolean][] = [
  ["nothing", () => undefined, "Ready to run", false],
  ["its number is gone", () => harness.vendors.cartesia.removeNumber(roadside), "Not ready", false],
  ["its agent is gone", () => harness.vendors.cartesia.deleteAgent(holding), "Not ready", false],
  [
    "its key does not work",
    () => harness.vendors.cartesia.fault({ kind: "status", status: 401 }, { on: "any" }),
    "Not ready",
    false,
  ],
  ["a rule would block", async () => setRule(0), "Not ready", false],
  ["a rule would not block", async () => setRule(100), "Ready to run", false],
  [
    "the approval has lapsed",
    async () => {
      await protectNumber(harness, roadside);
      await approvePlan(1);
      await silentPlan(harness, [[roadside]]);
    },
    "Not ready · 1 protected number needs an approval",
    false,
  ],
  [
    "it was never approved",
    async () => protectNumber(harness, roadside),
    "Nothing to repair, but 1 protected number needs an approval",
    false,
  ],
  ["its number is frozen", freeze, "Nothing to repair, but 1 number is frozen now", true],
  ["another run has its number", runOther, "Nothing to repair, but 1 number is in a run now", true],
  [
    "the person may not change its number",
    async () => settle(harness, { connectionOperators: { [connectionId()]: nobody } }),
    "Nothing to repair, but you may not change 1 number",
    false,
  ],
];

/** Waits until the regular check has looked since what happened. */
async function checkedSince(isReady: boolean): Promise<void> {
  passedMs += 62 * minute;
  const since = new Date(Date.now() + passedMs).toISOString();
  await harness.slack.eventually("a check", async () => {
    const found = (await workspace().planStates.find("silent"))?.readiness;
    return found && found.at >= since && (found.count === 0) === isReady ? true : undefined;
  });
}

async function homeOf(userId: string): Promise<string> {
  await person(harness, userId).openHome();
  return harness.slack.eventually("the App Home", () => {
    const shown = textOf(harness.slack.home(teamId, userId));
    return shown.includes("Recent changes") ? shown : undefined;
  });
}

describe("the list, the metric, the App Home, the drill and the preview say the same", () => {
  it.each(causes)("when %s", async (_cause, happens, words, hasHomeLine) => {
    await silentPlan(harness, [[roadside]]);
    await happens();
    const isReady = !words.startsWith("Not ready");
    await checkedSince(isReady);
    const said = isReady
      ? `:white_check_mark: ${words}`
      : `:warning: ${words.replace("Not ready", "*Not ready*")}`;
    const omar = person(harness, operator);
    await omar.command("failover", { channelId: voiceOps });
    expect(textOf(await toldAlone(harness, operator, "Agents are silent* (`silent`)"))).toContain(
      `${said} · checked`,
    );
    expect(await (await fetch(`${harness.url()}/metrics`)).text()).toContain(
      `patchbay_plan_ready{workspace="${teamId}",plan="silent"} ${isReady ? 1 : 0}`,
    );
    const home = await homeOf(operator);
    expect(home.includes("Failover plans that are not ready:* `silent`")).toBe(!isReady);
    expect(home.includes(`Failover plan \`silent\`: ${said}`)).toBe(hasHomeLine);
    await omar.command("failover silent drill", { channelId: voiceOps });
    const drilled = textOf(await toldInChannel(harness, voiceOps, "drilled *Agents are silent*"));
    expect(drilled).toContain(`${said}\n`);
    const { details } = await onRecord(harness, { kind: "failover.drilled", userId: operator });
    expect(details?.["result"]).toBe(isReady ? "green" : "not_ready");
    await omar.command("failover silent because callers hear nothing", { channelId: voiceOps });
    expect(textOf(await formSays(harness, omar, "1 number, 1 connection"))).toContain(`${said}\n`);
  });
});

it("sends no more requests for a check with rules than the lists that it reads", async () => {
  await silentPlan(harness, [[roadside]]);
  await setRule(0);
  await checkedSince(false);
  const { requests } = harness.vendors.cartesia;
  const single = requests.filter(({ path }) => path.includes(roadside) || path.includes(holding));
  expect([single.length, (await workspace().planStates.find("silent"))?.readiness?.count]).toEqual([0, 1]);
});

it("shows an approval that was given since the last check", async () => {
  await protectNumber(harness, roadside);
  await silentPlan(harness, [[roadside]]);
  await checkedSince(true);
  await approvePlan(1);
  const omar = person(harness, operator);
  await omar.command("failover", { channelId: voiceOps });
  await toldAlone(harness, operator, ":warning: *Not ready* · 1 protected number needs an approval");
  await omar.command("failover silent drill", { channelId: voiceOps });
  const drilled = await toldInChannel(harness, voiceOps, "drilled *Agents are silent*");
  expect(textOf(drilled)).toContain(":white_check_mark: Ready to run\n");
});

it("takes a drill as the newest look, before the next regular check", async () => {
  await harness.close();
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
  await silentPlan(harness, [[roadside]]);
  const found = async (count: number) =>
    harness.slack.eventually(`a look with ${count} problems`, async () =>
      (await workspace().planStates.list()).find(({ readiness }) => readiness?.count === count),
    );
  harness.vendors.cartesia.removeNumber(roadside);
  await person(harness, operator).command("failover silent drill", { channelId: voiceOps });
  expect((await found(1)).isTold).toBe(false);
});
