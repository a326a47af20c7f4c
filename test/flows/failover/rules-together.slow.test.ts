import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { assistance, cli, operator, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { formState, sendInteraction, submission } from "../../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { person, toldInChannel } from "../../support/screen.ts";
import { change } from "../../support/undo.ts";
import { fleetDesk, kinds, startRules, type RuleHarness } from "../../support/failover/rule-harness.ts";

let at: RuleHarness;
beforeEach(async () => {
  at = await startRules();
});
afterEach(async () => {
  await at.harness.close();
});

it("names all rules that stop a change at once", async () => {
  await at.setRule(kinds["at least N stay on an agent"]);
  const second = { ...kinds["at most N on an agent"].demand };
  await at.rules().set(
    { id: "rul_2", title: "Capacity", scopes: [{ connectionId: at.connectionId() }], demand: second },
    {
      kind: "rule.set",
      actor: cli,
      requestId: at.requestId(),
      details: { rule: "rul_2", title: "Capacity", demand: "" },
    },
  );
  await at.sendForm(kinds["at most N on an agent"]);
  const { problem } = await onRecord(at.harness, { kind: "change.refused", code: "ruled_out" });
  expect(problem?.message).toMatch(
    /^2 rules do not allow this\. “Emergency lines”.+ “Capacity”: at most 0 may/u,
  );
  expect(at.patches()).toBe(0);
});

describe("at least one of two keeps an agent", () => {
  beforeEach(async () => at.setRule({ demand: { kind: "keep_agent", atLeast: 1 }, broken: null }));
  const detach = async (numberId: string): Promise<void> => {
    const number = { connectionId: at.connectionId(), numberId, seen: { agent: assistance } };
    const values = { number: `${at.connectionId()}/${numberId}`, reason: "it loops" };
    const metadata = formState("detach", number);
    await sendInteraction(
      at.harness,
      submission({ userId: operator, teamId }, { callbackId: "detach", metadata, values }),
    );
  };

  it("counts a number that cannot be read against a change", async () => {
    const on = ({ path }: { path: string }): boolean => path.includes(fleetDesk);
    at.harness.vendors.cartesia.fault({ kind: "status", status: 503 }, { on });
    await detach(roadside);
    const { problem } = await onRecord(at.harness, { kind: "change.refused", code: "ruled_out" });
    expect(problem?.message).toContain("this leaves 0 (1 could not be read)");
    expect(at.patches()).toBe(0);
  });

  it("lets only one of two detaches at the same moment through", async () => {
    await Promise.all([detach(roadside), detach(fleetDesk)]);
    await onRecord(at.harness, { kind: "change.outcome" });
    await onRecord(at.harness, { kind: "change.refused", code: "ruled_out" });
    expect(at.patches()).toBe(1);
  });

  it.each(["rules", "closed_gates"])("denies every change while %s cannot be read", async (table) => {
    const database = openFile(at.harness.settings.databasePath);
    database.exec(`DROP TABLE ${table}`);
    database.close();
    await detach(roadside);
    await toldDirectly(at.harness, operator, "cannot read the rules for this number");
    expect(at.patches()).toBe(0);
  });
});

describe("the gate for automation, while it is closed", () => {
  it("keeps temporary changes from reverting by themselves, and lets people change numbers", async () => {
    const omar = person(at.harness, operator);
    await change(at.harness, omar, "reassign Roadside to Dispatch for 30m because it loops", voiceOps);
    await omar.close();
    await at.closeGate();
    at.pass(31 * 60_000);
    await toldInChannel(at.harness, voiceOps, "Automation is off, so only people change numbers now");
    expect(at.patches()).toBe(1);
    await change(at.harness, omar, "reassign Roadside to Holding message because it is quiet", voiceOps);
    expect(at.patches()).toBe(2);
  });
});
