import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { admin, cli, operator, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import { sendInteraction, submission } from "../../support/forged-requests.ts";
import { startIncidents, type IncidentHarness } from "./incident-harness.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { change } from "../../support/undo.ts";
import { leftOut, patchesSince } from "../../support/words.ts";

let at: IncidentHarness;
let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  at = await startIncidents();
  ({ harness, omar } = at);
});
afterEach(async () => {
  await harness.close();
});

const agentOf = (id: string) => harness.vendors.cartesia.effective(id).agentId;

describe("the revert of an incident", () => {
  it("restores each number to its state before the first change, once, and records that", async () => {
    await at.start();
    await at.change("reassign Roadside to Dispatch");
    await at.change("rename Roadside to Night line");
    await at.change("reassign 0152 to Holding message");
    const shown = await at.preview();
    expect(shown).toContain("*2 changes will be reverted*");
    expect(shown).toContain("*Holding message* → *Roadside assistance*");
    const { delivery } = await omar.submit();
    await harness.slack.redeliver(delivery);
    await toldInChannel(harness, voiceOps, "2 of 2 changes reverted. Everything is back.");
    await formSays(harness, omar, "was restored: *Holding message* → *Roadside assistance*");
    expect(agentOf(roadside)).toBe("agent_5kR9wXd8");
    expect(harness.vendors.cartesia.effective(roadside).name).toBe("Roadside");
    expect(patchesSince(harness.vendors.cartesia, 0)).toHaveLength(5);
    const changes = (await at.requested()).slice(3);
    expect(changes).toEqual([
      { incident: "INC-123", undoes: expect.stringMatching(/^chg_/u), for: operator },
      { incident: "INC-123", undoes: expect.stringMatching(/^chg_/u), for: operator },
    ]);
    expect(await onRecord(harness, { kind: "incident.reverted", userId: operator })).toMatchObject({
      details: { incident: "INC-123", changes: "2" },
    });
    expect(await at.preview("incident revert", "is already back")).toContain("Nothing can be reverted");
  });

  it("skips what somebody has changed since, and says who", async () => {
    await at.start();
    await at.change("reassign Roadside to Dispatch");
    await at.change("rename Roadside to Night line", voiceOps);
    harness.vendors.cartesia.changeNumber(roadside, { label: "Elsewhere" });
    await at.change("reassign 0152 to Holding message", "C0INCID01");
    const shown = await at.preview("incident revert", "left as it is");
    expect(shown).toContain(`was changed by <@${operator}> since (\`chg_`);
    expect(shown).toContain("was changed elsewhere since");
    expect(shown).toContain("Nothing can be reverted");
    expect(omar.view()?.["submit"]).toBeNull();
    expect(agentOf(roadside)).toBe("agent_2mB6tYf1");
  });

  it("skips a number that was changed between preview and confirmation, and leaves it open", async () => {
    await at.start();
    await at.change("reassign Roadside to Dispatch");
    await at.preview();
    harness.vendors.cartesia.changeNumber(roadside, { agent: { id: "agent_2mB6tYf1" } });
    await omar.submit();
    const told = await toldInChannel(harness, voiceOps, "0 of 1 change reverted. 1 change not reverted.");
    expect(textOf(told)).toContain("Someone changed the number");
    expect(textOf(told)).toContain("*By hand*, for *Roadside*");
    expect(leftOut(told)).toEqual([]);
    expect(agentOf(roadside)).toBe("agent_2mB6tYf1");
    await omar.click("incident:revert", { in: told });
    await formSays(harness, omar, "was changed elsewhere since");
  });

  it("skips a number that a colleague changed and put back after the preview", async () => {
    await at.start();
    await at.change("reassign Roadside to Dispatch");
    await at.change("reassign 0186 to Dispatch");
    await at.preview();
    const ada = person(harness, admin);
    await change(harness, ada, 'reassign Roadside to "Holding message" because we try it');
    await change(harness, ada, "reassign Roadside to Dispatch because it was better");
    await omar.submit();
    const told = await toldInChannel(harness, voiceOps, "1 of 2 changes reverted. 1 change not reverted.");
    expect(textOf(told)).toContain("The number was changed meanwhile (chg_");
    expect(agentOf(roadside)).toBe("agent_7hN4pZc2");
    await omar.click("incident:revert", { in: told });
    await formSays(harness, omar, `was changed by <@${admin}> since`);
  });

  it("says what cannot be reverted, with manual steps, and reverts the rest", async () => {
    await at.start();
    await at.change("reassign Roadside to Dispatch");
    await at.change("reassign 0147 to Night desk");
    harness.vendors.cartesia.deleteAgent("agent_5kR9wXd8");
    const shown = await at.preview();
    expect(shown).toContain("*1 change will be reverted*");
    expect(shown).toContain("The agent Roadside assistance cannot answer a number: it is deleted.");
    expect(shown).toContain("Set Agent: *Roadside assistance* (id `agent_5kR9wXd8`)");
    expect(shown).toContain("In the Cartesia playground");
    await omar.submit();
    await toldInChannel(harness, voiceOps, "1 of 1 change reverted. 1 change not reverted.");
  });

  it("continues with the others if one vendor is down, and can be repeated", async () => {
    await at.start();
    await at.change("reassign Roadside to Dispatch");
    await at.change("reassign 0147 to Night desk");
    harness.vendors.dialnexa.fault({ kind: "status", status: 503 });
    const shown = await at.preview();
    expect(shown).toContain("could not be read. DialNexa is down (HTTP 503).");
    await omar.submit();
    const told = await toldInChannel(harness, voiceOps, "1 of 1 change reverted. 1 change not reverted.");
    harness.vendors.dialnexa.clearFaults();
    await omar.click("incident:revert", { in: told });
    await formSays(harness, omar, "*Night desk* → *Front desk*");
    await omar.submit();
    await toldInChannel(harness, voiceOps, "1 of 1 change reverted. Everything is back.");
  });

  it("is not begun while another run has one of its numbers, says who began that, and can be looked at again", async () => {
    await at.start();
    await at.change("reassign Roadside to Dispatch");
    await at.preview();
    const { runs } = harness.infra.store.workspace(teamId);
    const key = { connectionId: harness.connections.cartesia?.id ?? "", numberId: roadside };
    const entry = { actor: cli, requestId: "req_1", details: { run: "run_1", kind: "failover" } } as const;
    const paused = { why: "asked", at: harness.infra.now().toISOString(), by: admin } as const;
    await runs.show(failoverOf("run_1", [runStepOf(roadside, { key })]));
    await runs.begin("run_1", { userId: admin }, { ...entry, kind: "failover.begun" });
    const details = { ...entry.details, why: "asked" };
    await runs.pause("run_1", paused, { ...entry, kind: "failover.paused", details });
    await omar.submit();
    await formSays(harness, omar, "A number of it belongs to failover cartesia-down now");
    await formSays(harness, omar, `<@${admin}> began that one.`);
    await omar.click("incident:revert");
    await formSays(harness, omar, "It belongs to failover cartesia-down now");
    expect(patchesSince(harness.vendors.cartesia, 0)).toHaveLength(1);
  });

  it("is only for the person it was shown to", async () => {
    await at.start();
    await at.change("reassign Roadside to Dispatch");
    await at.preview();
    const revertId = harness.slack.calls
      .flatMap(({ args }) => /rev_\w+/u.exec(JSON.stringify(args))?.[0] ?? [])
      .at(-1);
    const ada = { userId: "U0ADMIN01", teamId: "T0PATCH01" };
    const form = { callbackId: "revert_incident", metadata: { from: {}, revertId }, values: {} };
    await sendInteraction(harness, submission(ada, form));
    await toldDirectly(harness, ada.userId, "This revert was shown to someone else.");
    await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: ada.userId });
    expect(await harness.infra.store.workspace("T0PATCH01").runs.running()).toEqual([]);
    expect(agentOf(roadside)).toBe("agent_7hN4pZc2");
  });
});
