import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { Plan } from "../../../src/domain/failover/plan.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import {
  assistance,
  cli,
  dispatch,
  holding,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { opens } from "../../support/words.ts";

const fleetDesk = "pn_H3k7Ry4N";

let harness: Harness;
let omar: SlackPerson;
let passedMs: number;
beforeEach(async () => {
  passedMs = 0;
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    now: () => new Date(Date.now() + passedMs),
    pause: async () => undefined,
    runRemindersEveryMs: 50,
  });
  omar = person(harness, operator);
});
afterEach(async () => {
  await harness.close();
});

const patches = (): number =>
  harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;
const agentOf = (id: string) => harness.vendors.cartesia.effective(id).agentId;

const savePlan = async (tiers: readonly (readonly string[])[], more: Partial<Plan> = {}): Promise<void> =>
  silentPlan(harness, tiers, more);

const member = (numberId: string) => ({
  connectionId: harness.connections.cartesia?.id ?? "",
  numberId,
  change: { kind: "reassign", agentId: holding } as const,
});

const preview = async (line = "failover silent because callers hear nothing", words = "Agents are silent") =>
  textOf(await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), words));

describe("a failover", () => {
  it("shows what it would do with each number, then switches them once, and records that", async () => {
    await savePlan([[roadside], [fleetDesk, "pn_W5q1Cm6D"]]);
    const shown = await preview("failover silent for 1h because callers hear nothing");
    expect(shown).toContain("3 numbers, 1 connection");
    expect(shown).toContain("Callers hear nothing.");
    expect(shown).toContain("If you confirm: 2 will be switched · 1 already there");
    expect(shown).toContain("They stay switched for 1 h.");
    expect(patches()).toBe(0);
    await omar.submit();
    const held = await onRecord(harness, { kind: "failover.held" });
    expect(held.details).toMatchObject({ plan: "silent", revision: "1", changed: "2", of: "2" });
    expect([agentOf(roadside), agentOf(fleetDesk)]).toEqual([holding, holding]);
    expect(patches()).toBe(2);
    const begun = await onRecord(harness, { kind: "failover.begun", userId: operator });
    expect(begun).toMatchObject({
      reason: "callers hear nothing",
      details: { plan: "silent", changes: "2" },
    });
    const changes = (await harness.audit()).filter(({ kind }) => kind === "change.requested");
    expect(changes.map(({ details }) => details?.["run"])).toEqual([
      begun.details?.["run"],
      begun.details?.["run"],
    ]);
  });

  it("pauses after a tier that asks, goes on, and is taken back after a preview of its own", async () => {
    await savePlan([[roadside], [fleetDesk]], {
      tiers: [
        { name: "canary", askBeforeNext: true, members: [member(roadside)] },
        { name: "rest", askBeforeNext: false, members: [member(fleetDesk)] },
      ],
    });
    await preview();
    await omar.submit();
    await onRecord(harness, { kind: "failover.paused" });
    expect([agentOf(roadside), agentOf(fleetDesk)]).toEqual([holding, assistance]);
    await omar.close();
    await omar.command("failover silent resume", { channelId: voiceOps });
    await toldAlone(harness, operator, "failover silent goes on");
    await onRecord(harness, { kind: "failover.held" });
    expect([agentOf(roadside), agentOf(fleetDesk)]).toEqual([holding, holding]);
    harness.vendors.cartesia.changeNumber(fleetDesk, { agent: { id: dispatch } });
    const shown = await preview("failover silent back", "will be put back");
    expect(shown).toContain("1 will be put back · 1 changed since");
    await omar.submit();
    await onRecord(harness, { kind: "failover.returned" });
    expect([agentOf(roadside), agentOf(fleetDesk)]).toEqual([assistance, dispatch]);
    expect(patches()).toBe(3);
    await omar.command("failover silent stop", { channelId: voiceOps });
    await toldAlone(harness, operator, "No run of the plan silent is going on");
  });

  it("is steered with a reason on record, and says which words take none", async () => {
    await savePlan([[roadside], [fleetDesk]], {
      tiers: [
        { name: "canary", askBeforeNext: true, members: [member(roadside)] },
        { name: "rest", askBeforeNext: false, members: [member(fleetDesk)] },
      ],
    });
    await preview();
    await omar.submit();
    await onRecord(harness, { kind: "failover.paused" });
    await omar.close();
    await omar.command("failover Silent back because agents are back", { channelId: voiceOps });
    await toldAlone(harness, operator, "“back” takes no reason");
    await omar.command("failover Silent Stop because agents are back", { channelId: voiceOps });
    await toldAlone(harness, operator, "failover silent was stopped");
    const stopped = await onRecord(harness, { kind: "failover.stopped", userId: operator });
    expect(stopped.reason).toBe("agents are back");
  });

  it("practises with the first tier alone, and puts it back by itself", async () => {
    await savePlan([[roadside], [fleetDesk]]);
    expect(await preview("failover silent practice for 5m", "Practice, for real")).toContain(
      "1 will be switched",
    );
    await omar.submit();
    await onRecord(harness, { kind: "failover.held" });
    expect([agentOf(roadside), agentOf(fleetDesk)]).toEqual([holding, assistance]);
    passedMs = 6 * 60_000;
    const { details } = await onRecord(harness, { kind: "failover.practised" });
    expect(details).toMatchObject({ plan: "silent", changed: "1", of: "1" });
    expect(agentOf(roadside)).toBe(assistance);
    expect(patches()).toBe(2);
  });

  it("keeps its reason when it is looked at again", async () => {
    await savePlan([[roadside]]);
    await preview();
    passedMs = 11 * 60_000;
    await omar.submit();
    await formSays(harness, omar, "more than 10 minutes old");
    await omar.click("failover:preview");
    await formSays(harness, omar, "1 will be switched");
    await omar.submit();
    const begun = await onRecord(harness, { kind: "failover.begun" });
    expect(begun.reason).toBe("callers hear nothing");
  });

  it("names what cannot be switched, and switches the rest", async () => {
    await savePlan([[roadside, "pn_gone", "pn_F9g2Js8L"]]);
    harness.vendors.cartesia.fault(
      { kind: "status", status: 503 },
      { on: ({ path }) => path.includes("pn_F9g2Js8L") },
    );
    const shown = await preview();
    expect(shown).toContain("1 will be switched · 1 cannot be switched · 1 could not be read");
    await omar.submit();
    await onRecord(harness, { kind: "failover.held" });
    expect(patches()).toBe(1);
  });

  it("cannot be begun when every number is there already", async () => {
    await savePlan([["pn_W5q1Cm6D"]]);
    expect(await preview()).toContain("Nothing can be switched now");
    expect(omar.view()?.["submit"]).toBeNull();
  });

  it("is not begun by a preview that is over 10 minutes old, or of an earlier revision", async () => {
    await savePlan([[roadside]]);
    await preview();
    passedMs = 11 * 60_000;
    await omar.submit();
    await formSays(harness, omar, "more than 10 minutes old");
    await omar.click("failover:preview");
    await formSays(harness, omar, "1 will be switched");
    await savePlan([[roadside]], { title: "Agents are silent again" });
    await omar.submit();
    await formSays(harness, omar, "Someone changed the plan since");
    expect(patches()).toBe(0);
  });

  it("is begun once by two people, and the other reads who began it", async () => {
    await savePlan([[roadside]]);
    await preview();
    const oz = person(harness, "U0ADMIN01");
    await opens(
      harness,
      oz,
      async () => oz.command("failover silent", { channelId: voiceOps }),
      "1 will be switched",
    );
    await omar.submit();
    await onRecord(harness, { kind: "failover.held" });
    await oz.submit();
    expect(textOf(await formSays(harness, oz, "belongs to failover silent now"))).toContain(`<@${operator}>`);
    await oz.close();
    const elsewhere = { ...member(roadside), change: { kind: "reassign", agentId: dispatch } } as const;
    const tiers = [{ name: "all", askBeforeNext: false, members: [elsewhere] }];
    await savePlan([], { slug: "quiet", tiers });
    const open = async () => oz.command("failover quiet", { channelId: voiceOps });
    const shown = textOf(await opens(harness, oz, open, "1 held back"));
    expect(shown).toContain("It belongs to failover silent now: /number failover silent back takes it back.");
    expect(patches()).toBe(1);
  });

  it("names all rules that do not allow the run as a whole, and needs their override", async () => {
    await savePlan([[roadside], [fleetDesk]]);
    const { rules } = harness.infra.store.workspace(teamId);
    const connectionId = harness.connections.cartesia?.id ?? "";
    for (const [id, title, demand] of [
      [
        "rul_1",
        "Capacity",
        { kind: "at_most", atMost: { numbers: 2 }, agentId: holding, agentName: "Holding message" },
      ],
      [
        "rul_2",
        "Daytime",
        { kind: "stay_on", atLeast: 1, agentId: assistance, agentName: "Roadside assistance" },
      ],
      ["rul_3", "Untouched", { kind: "stay_on", atLeast: 1, agentId: dispatch, agentName: "Dispatch" }],
    ] as const)
      await rules.set(
        { id, title, scopes: [{ connectionId }], demand },
        {
          kind: "rule.set",
          actor: cli,
          requestId: harness.infra.newId("req"),
          details: { rule: id, title, demand: "" },
        },
      );
    const shown = await preview();
    expect(shown).toContain("*Capacity*: at most 2 may be on Holding message, and this makes 3");
    expect(shown).toContain("*Daytime*: at least 1 must stay on Roadside assistance, and this leaves 0");
    expect(shown).not.toContain("Untouched");
    await omar.submit();
    await formSays(harness, omar, "2 rules do not allow this");
    await onRecord(harness, { kind: "action.refused", code: "ruled_out" });
    expect(patches()).toBe(0);
  });

  it("waits between two runs on the same number, and names that with every other rule", async () => {
    await savePlan([[roadside, fleetDesk]]);
    const { rules, plans } = harness.infra.store.workspace(teamId);
    const scopes = [{ connectionId: harness.connections.cartesia?.id ?? "" }];
    const demand = { kind: "canary_first", atMost: 1 } as const;
    const made = { actor: cli, requestId: harness.infra.newId("req") };
    await preview("failover silent practice because callers hear nothing", "Practice, for real");
    await omar.submit();
    await onRecord(harness, { kind: "failover.held" });
    passedMs = 6 * 60_000;
    await onRecord(harness, { kind: "failover.practised" });
    await rules.set(
      { id: "rul_1", title: "Canary", scopes, demand },
      { ...made, kind: "rule.set", details: { rule: "rul_1", title: "Canary", demand: "" } },
    );
    // Another plan with the same numbers.
    const { plan } = await plans.get("silent");
    await plans.save({ ...plan, slug: "quiet" }, made);
    await omar.close();
    const shown = await preview("failover quiet because callers hear nothing");
    expect(shown).toContain(
      "*Wait between runs*: two runs on the same number are 1 min apart, and 2 numbers",
    );
    expect(shown).toContain("*Canary*: the first tier of a run switches at most 1 number, and this one");
    const before = patches();
    await omar.submit();
    await formSays(harness, omar, "2 rules do not allow this");
    expect(patches()).toBe(before);
    passedMs += 2 * 60_000;
    await omar.close();
    expect(await preview("failover quiet because callers hear nothing")).not.toContain("Wait between runs");
  });

  it("asks for a required reason before it reads the numbers, and says where to add it", async () => {
    await savePlan([[roadside]]);
    await settle(harness, { reason: { required: true } });
    const words = "Add it to the command: /number failover silent because";
    expect(await preview("failover silent", words)).toContain("This workspace requires a reason.");
    await omar.close();
    await preview();
  });

  it("is refused for an unknown plan, an unknown incident and a duration that is too long", async () => {
    await savePlan([[roadside]]);
    await preview("failover loud", "There is no failover plan “loud”");
    await preview("failover silent incident INC-9", "There is no incident INC-9");
    await omar.command("failover silent for 100h", { channelId: voiceOps });
    await toldAlone(harness, operator, "between 15 minutes and 72 hours");
    expect(patches()).toBe(0);
  });
});
