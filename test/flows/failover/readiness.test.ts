import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { cli, day, operator, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";

let harness: Harness;
let passedMs: number;
beforeEach(async () => {
  passedMs = 0;
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    now: () => new Date(Date.now() + passedMs),
    readinessEveryMs: 50,
  });
});
afterEach(async () => {
  await harness.close();
});

const workspace = () => harness.infra.store.workspace(teamId);
const scrape = async (): Promise<string> => (await fetch(`${harness.url()}/metrics`)).text();
const patches = (): number =>
  harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;

/** Waits until a check found so many problems. */
const checked = async (count: number) =>
  harness.slack.eventually(`a check with ${count} problems`, async () =>
    (await workspace().planStates.list()).find(({ readiness }) => readiness?.count === count),
  );

async function listSays(words: string): Promise<string> {
  const omar = person(harness, operator);
  await omar.command("failover", { channelId: voiceOps });
  return textOf(await toldAlone(harness, operator, words));
}

describe("the readiness of a plan", () => {
  it("is checked when it is saved, and shown in the list and as a metric", async () => {
    await silentPlan(harness, [[roadside]]);
    await checked(0);
    expect(await listSays("Agents are silent")).toContain(":white_check_mark: Ready to run · checked");
    expect(await scrape()).toContain(`patchbay_plan_ready{workspace="${teamId}",plan="silent"} 1`);
    expect(patches()).toBe(0);
  });

  it("is told once to the owner when a number or an agent is gone", async () => {
    await silentPlan(harness, [[roadside, "pn_H3k7Ry4N"]], { owner: operator });
    await checked(0);
    harness.vendors.cartesia.removeNumber("pn_H3k7Ry4N");
    passedMs = 31 * 60_000;
    await checked(1);
    const told = textOf(await toldDirectly(harness, operator, "is *not ready*"));
    expect(told).toContain("The number pn_H3k7Ry4N is no longer there.");
    harness.vendors.cartesia.deleteAgent("agent_2mB6tYf1");
    passedMs = 62 * 60_000;
    await checked(2);
    const messages = harness.slack
      .directMessages(operator)
      .filter((each) => textOf(each).includes("not ready"));
    expect(messages).toHaveLength(1);
    expect(await scrape()).toContain(`patchbay_plan_ready{workspace="${teamId}",plan="silent"} 0`);
    expect(await listSays("Not ready")).toContain("no longer there");
    await person(harness, operator).openHome();
    await harness.slack.eventually("the line of the App Home", () =>
      textOf(harness.slack.home(teamId, operator)).includes("Failover plans that are not ready:* `silent`")
        ? true
        : undefined,
    );
  });
});

describe("the approval of a plan", () => {
  const number = { connectionId: "", numberId: roadside };
  const drill = async (): Promise<void> => {
    const at = new Date(Date.now() + passedMs).toISOString();
    const done = { revision: 1, at, ready: 1, of: 1, isGreen: true };
    await workspace().planStates.noteDrill("silent", done, {
      kind: "failover.drilled",
      actor: cli,
      requestId: "req_drill",
      details: { plan: "silent", revision: "1", ready: "1", of: "1", result: "green" },
    });
  };
  const told = (words: string) =>
    harness.slack.directMessages(operator).filter((each) => textOf(each).includes(words)).length;
  /** Lets so many days pass, and waits for a check since then. */
  const checkedAfter = async (days: number, count: number): Promise<void> => {
    passedMs = days * day;
    const since = new Date(Date.now() + passedMs).toISOString();
    await harness.slack.eventually(`a check with ${count} problems`, async () => {
      const found = (await workspace().planStates.find("silent"))?.readiness;
      return found && found.at >= since && found.count === count ? true : undefined;
    });
  };

  it("is told to the owner a week before it ends, and once when it has ended", async () => {
    await protectNumber(harness, roadside);
    await silentPlan(harness, [[roadside]], { owner: operator });
    // Without an approval there is nothing that could end.
    await checked(0);
    const approval = {
      id: "apr_1",
      revision: 1,
      at: new Date().toISOString(),
      by: "U0ADMIN01",
      numbers: [number],
    };
    await workspace().planStates.approve("silent", approval, {
      kind: "plan.approved",
      actor: cli,
      requestId: "req_approve",
      details: { plan: "silent", revision: "1", title: "", approval: "apr_1", protected: "1", until: "" },
    });
    await checkedAfter(1, 1);
    await toldDirectly(harness, operator, "counts once this revision is drilled");
    await drill();
    await checkedAfter(2, 0);
    await checkedAfter(25, 0);
    await toldDirectly(harness, operator, "ends within a week unless someone drills the plan");
    await checkedAfter(26, 0);
    await checkedAfter(32, 1);
    await toldDirectly(harness, operator, "the last drill is over 30 days old");
    await checkedAfter(33, 1);
    expect([told("ends within a week"), told("is *not ready*"), told("over 30 days old")]).toEqual([1, 2, 1]);
    expect(await scrape()).toContain(`patchbay_plan_ready{workspace="${teamId}",plan="silent"} 0`);
  });
});

describe("a drill", () => {
  it("reads everything, changes nothing at the vendors, and is on record", async () => {
    await silentPlan(harness, [[roadside, "pn_gone"], ["pn_W5q1Cm6D"]]);
    const omar = person(harness, operator);
    await omar.command("failover silent drill", { channelId: voiceOps });
    const told = textOf(await toldInChannel(harness, voiceOps, "drilled *Agents are silent*"));
    expect(told).toContain("2 of 3 numbers can be switched now. Nothing was changed.");
    expect(told).toContain("1 will be switched · 1 already there · 1 cannot be switched");
    const { details } = await onRecord(harness, { kind: "failover.drilled", userId: operator });
    expect(details).toMatchObject({
      plan: "silent",
      revision: "1",
      ready: "2",
      of: "3",
      result: "not_ready",
    });
    expect(patches()).toBe(0);
    expect(await listSays("Agents are silent")).toMatch(
      /Last drill .+: 2 of 3 numbers could be switched at once, and something had to be repaired\./u,
    );
    await silentPlan(harness, [[roadside]]);
    await omar.command("failover silent drill", { channelId: voiceOps });
    expect(textOf(await toldInChannel(harness, voiceOps, "1 of 1 numbers can"))).toContain(
      ":white_check_mark: Ready to run\n",
    );
    expect(patches()).toBe(0);
  });
});
