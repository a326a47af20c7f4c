import { afterEach, beforeEach, expect, it } from "vitest";
import type { Rule } from "../../../src/domain/failover/rules.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import {
  admin,
  assistance,
  cli,
  dispatch,
  minute,
  operator,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { patchesSince } from "../../support/words.ts";
import { startIncidents, type IncidentHarness } from "./incident-harness.ts";

let at: IncidentHarness;
let passedMs: number;
beforeEach(async () => {
  passedMs = 0;
  at = await startIncidents(undefined, { now: () => new Date(Date.now() + passedMs) });
});
afterEach(async () => {
  await at.harness.close();
});

const patches = (): number => patchesSince(at.harness.vendors.cartesia, 0).length;

async function setRule(id: string, title: string, demand: Rule["demand"]): Promise<void> {
  const scopes = [{ connectionId: at.harness.connections.cartesia?.id ?? "" }];
  const entry = { actor: cli, requestId: "req_rule", details: { rule: id, title, demand: "" } };
  const { rules } = at.harness.infra.store.workspace(teamId);
  await rules.set({ id, title, scopes, demand }, { ...entry, kind: "rule.set" });
}

it("is judged as a whole before it begins, names all rules, and is begun in spite of those that a person overrides", async () => {
  const { harness, omar } = at;
  await settle(harness, { protection: { on: false, minutes: 30, breakGlass: true } });
  await at.start();
  await at.change("reassign Roadside to Dispatch");
  await at.change("reassign 0186 to Dispatch");
  const before = patches();
  // One of the two could go back alone.
  await setRule("rul_most", "Capacity", {
    kind: "at_most",
    atMost: { numbers: 1 },
    agentId: assistance,
    agentName: "Roadside assistance",
  });
  await setRule("rul_stay", "Nights", {
    kind: "stay_on",
    atLeast: 9,
    agentId: dispatch,
    agentName: "Dispatch",
  });
  const shown = await at.preview("incident revert", "2 changes will be reverted");
  expect(shown).toContain("*Rules do not allow it:*");
  expect(shown).toContain(":x: *Capacity*: at most 1 may be on Roadside assistance, and this makes 2");
  expect(shown).toContain(":x: *Nights*: at least 9 must stay on Dispatch");
  await omar.submit();
  await formSays(harness, omar, "2 rules do not allow this. “Capacity”");
  await onRecord(harness, { kind: "action.refused", code: "ruled_out", userId: operator });
  expect(patches()).toBe(before);

  await omar.click("rule:override");
  await formSays(harness, omar, "these rules do not stop your changes");
  await omar.fill("reason", "the agent fails");
  await omar.submit();
  await formSays(harness, omar, "You override *Capacity*, *Nights*");
  await omar.close();
  await at.preview();
  passedMs = 11 * minute;
  await omar.submit();
  await formSays(harness, omar, "This preview is more than 10 minutes old.");
  expect(patches()).toBe(before);
  await omar.click("incident:revert");
  await formSays(harness, omar, "2 changes will be reverted");
  await omar.submit();
  await toldInChannel(harness, voiceOps, "2 of 2 changes reverted. Everything is back.");
  const begun = await onRecord(harness, { kind: "incident.reverted" });
  expect(begun.details).toMatchObject({ changes: "2", overrode: "rul_most,rul_stay" });
  const ada = person(harness, admin);
  await ada.command("reviews", { channelId: voiceOps });
  const list = textOf(await toldAlone(harness, admin, "*2 uses of break glass* to review"));
  expect(list).toContain("overrode the rule *Capacity*");
  expect(list).toContain("made in spite of it");
});

it("is not begun while a rule cannot be read", async () => {
  const { harness, omar } = at;
  await at.start();
  await at.change("reassign Roadside to Dispatch");
  const before = patches();
  await setRule("rul_1", "Later", { kind: "keep_agent", atLeast: 1 });
  await at.preview();
  const database = openFile(harness.settings.databasePath);
  database.exec(`UPDATE rules SET body = '{"title":"Newer"}'`);
  database.close();
  await omar.submit();
  await formSays(harness, omar, "cannot read the rules");
  await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: operator });
  await omar.close();
  await at.preview("incident revert", "cannot read the rules");
  expect(patches()).toBe(before);
});
