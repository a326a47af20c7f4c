import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import {
  admin,
  assistance,
  cli,
  holding,
  operator,
  roadside,
  teamId,
  voiceOps,
} from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
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

/** Changes rows as another version, or somebody with the file, would. */
function alter(sql: string): void {
  const database = openFile(harness.settings.databasePath);
  database.exec(sql);
  database.close();
}

const readiness = async (slug: string) =>
  (await harness.infra.store.workspace(teamId).planStates.list()).find((one) => one.slug === slug)?.readiness;

it("shows a plan that cannot be read beside the others, which work as before", async () => {
  await silentPlan(harness, [[roadside]]);
  await silentPlan(harness, [[roadside]], { slug: "newer", title: "Newer" });
  await harness.slack.eventually("the first check", async () => readiness("newer"));
  alter(`UPDATE plans SET body = '{"plan":"newer","steps":[]}' WHERE slug = 'newer'`);
  const ada = person(harness, admin);
  await ada.command("failover", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "cannot be read");
  expect(textOf(list)).toContain("`newer` (revision 1) *cannot be read*, so it cannot be run.");
  expect(textOf(list)).toContain("import it again: `patchbay failover import`");
  expect(textOf(list)).toContain("Agents are silent");
  await ada.command("status", { channelId: voiceOps });
  await toldAlone(harness, admin, "All clear");
  const omar = person(harness, operator);
  await omar.command("failover newer because callers hear nothing", { channelId: voiceOps });
  await formSays(harness, omar, "The failover plan “newer” cannot be read");
  passedMs = 31 * 60_000;
  await harness.slack.eventually("a check that finds it", async () =>
    (await readiness("newer"))?.count === 1 ? true : undefined,
  );
  await harness.slack.eventually("a check of the other plan", async () =>
    Date.parse((await readiness("silent"))?.at ?? "") > Date.now() + 30 * 60_000 ? true : undefined,
  );
  expect(await (await fetch(`${harness.url()}/metrics`)).text()).toContain(
    `patchbay_plan_ready{workspace="${teamId}",plan="newer"} 0`,
  );
  await ada.openHome();
  await harness.slack.eventually("the line of the App Home", () =>
    textOf(harness.slack.home(teamId, admin)).includes("Failover plans that are not ready:* `newer`")
      ? true
      : undefined,
  );
  await ada.click("plan:remove", { in: list, value: "newer" });
  await ada.click("plan:removed", { in: await toldAlone(harness, admin, "which cannot be read?") });
  await onRecord(harness, { kind: "plan.removed", userId: admin });
});

it("shows what goes on beside a failover that cannot be read, and begins no other of its plan", async () => {
  await silentPlan(harness, [[roadside]]);
  const omar = person(harness, operator);
  const preview = async (): Promise<void> => {
    await omar.command("failover silent because callers hear nothing", { channelId: voiceOps });
    await formSays(harness, omar, "1 number, 1 connection");
  };
  await preview();
  await omar.submit();
  const { details } = await onRecord(harness, { kind: "failover.held" });
  alter(`UPDATE runs SET terms = '{"waves":[]}' WHERE id = '${details?.["run"] ?? ""}'`);
  await omar.close();
  await omar.command("status", { channelId: voiceOps });
  const status = textOf(await toldAlone(harness, operator, "under way that cannot be read"));
  expect(status).toContain(`\`${details?.["run"] ?? ""}\`: Another version of Patchbay saved it`);
  await omar.command("show Roadside", { channelId: voiceOps });
  await toldAlone(harness, operator, "Holding message");
  await omar.openHome();
  await harness.slack.eventually("the App Home", () =>
    textOf(harness.slack.home(teamId, operator)).includes("under way that cannot be read") ? true : undefined,
  );
  await omar.command("failover silent back", { channelId: voiceOps });
  await toldAlone(harness, operator, "A run that goes on cannot be read.");
  harness.vendors.cartesia.changeNumber(roadside, { agent: { id: assistance } });
  await preview();
  await omar.submit();
  await formSays(harness, omar, "A run that goes on cannot be read, so this cannot begin.");
});

describe("a step that cannot be read", () => {
  const lost = "pn_H3k7Ry4N";
  const claims = "pn_F9g2Js8L";
  const agentOf = (id: string) => harness.vendors.cartesia.effective(id).agentId;
  /** Makes the step of a run unreadable, by its number. */
  const spoil = (runId: string, left: string): void =>
    alter(`UPDATE run_steps SET step = '${left}' WHERE run_id = '${runId}' AND number_id = '${lost}'`);
  const shownRun = (): string => {
    const form = JSON.stringify(person(harness, operator).view());
    return /run_\w+/u.exec(form)?.[0] ?? "";
  };

  it("costs that step only: the others are switched and put back, and every screen says which is left", async () => {
    await silentPlan(harness, [[roadside], [lost, claims]], {});
    const omar = person(harness, operator);
    await omar.command("failover silent because callers hear nothing", { channelId: voiceOps });
    await formSays(harness, omar, "3 numbers, 1 connection");
    spoil(shownRun(), '{"tier":1}');
    await omar.submit();
    const { details } = await onRecord(harness, { kind: "failover.held" });
    expect(details).toMatchObject({ changed: "2", of: "3" });
    expect([agentOf(roadside), agentOf(lost), agentOf(claims)]).toEqual([holding, assistance, holding]);
    const told = textOf(await toldInChannel(harness, voiceOps, "is through: 2 of 3 changed"));
    expect(told).toContain(
      `Unknown: number \`${lost}\`. This step cannot be read, so Patchbay never sends it.`,
    );
    await omar.close();
    await omar.command("status", { channelId: voiceOps });
    await toldAlone(harness, operator, "*Failover silent* since");
    await omar.command("failover silent back", { channelId: voiceOps });
    const back = textOf(await formSays(harness, omar, "2 will be put back"));
    expect(back).toContain(`number \`${lost}\`: this step cannot be read`);
    await omar.submit();
    await onRecord(harness, { kind: "failover.returned" });
    expect(agentOf(roadside)).toBe(assistance);
  });

  it("pauses a run whose first tier it is in, before anything is sent", async () => {
    await silentPlan(harness, [[lost], [roadside]]);
    const omar = person(harness, operator);
    await omar.command("failover silent because callers hear nothing", { channelId: voiceOps });
    await formSays(harness, omar, "2 numbers, 1 connection");
    // Nobody knows which tier it was in, so it counts as one of the first.
    spoil(shownRun(), '{"wave":1}');
    await omar.submit();
    expect((await onRecord(harness, { kind: "failover.paused" })).details).toMatchObject({ why: "canary" });
    await omar.close();
    await omar.click("run:resume", { in: await toldInChannel(harness, voiceOps, "is paused") });
    const { details } = await onRecord(harness, { kind: "failover.held" });
    expect(details).toMatchObject({ changed: "1", of: "2" });
    expect([agentOf(roadside), agentOf(lost)]).toEqual([holding, assistance]);
  });
});

it("denies every change while a rule cannot be read, and lets an admin remove that rule", async () => {
  const { rules } = harness.infra.store.workspace(teamId);
  const scopes = [{ connectionId: harness.connections.cartesia?.id ?? "" }];
  for (const id of ["rul_fine", "rul_newer"])
    await rules.set(
      { id, title: id, scopes, demand: { kind: "keep_agent", atLeast: 1 } },
      { actor: cli, requestId: id, kind: "rule.set", details: { rule: id, title: id, demand: "" } },
    );
  alter(`UPDATE rules SET body = '{"title":"Newer"}' WHERE id = 'rul_newer'`);
  const omar = person(harness, operator);
  await omar.command("detach Roadside because it loops", { channelId: voiceOps });
  await formSays(harness, omar, "*After:*");
  await omar.submit();
  await formSays(harness, omar, "Patchbay cannot read the rules for this number, so it changes nothing.");
  const ada = person(harness, admin);
  await ada.command("rules", { channelId: voiceOps });
  const list = await toldAlone(harness, admin, "A rule cannot be read");
  expect(textOf(list)).toContain("(`rul_newer`), so Patchbay changes no number.");
  expect(textOf(list)).toContain("*rul_fine*");
  await ada.click("rule:remove", { in: list, value: "rul_newer" });
  await toldAlone(harness, admin, "The rule *rul_newer* was removed");
  expect(await rules.list()).toMatchObject([{ id: "rul_fine" }]);
});
