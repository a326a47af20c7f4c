import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { admin, holding, minute, operator, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
});
afterEach(async () => {
  await harness.close();
});

const by = { kind: "user", userId: operator, workspaceId: teamId } as const;

it("lists the override of a rule once, however many changes a run makes in spite of it", async () => {
  await settle(harness, { protection: { on: true, minutes: 30, breakGlass: true } });
  await silentPlan(harness, [[roadside, "pn_H3k7Ry4N"]]);
  const { rules, reviews } = harness.infra.store.workspace(teamId);
  const scopes = [{ connectionId: harness.connections.cartesia?.id ?? "" }];
  const demand = {
    kind: "at_most",
    atMost: { numbers: 1 },
    agentId: holding,
    agentName: "Holding",
  } as const;
  const details = { rule: "rul_1", title: "Capacity", demand: "at most 1 on Holding" };
  await rules.set(
    { id: "rul_1", title: "Capacity", scopes, demand },
    { kind: "rule.set", actor: by, requestId: "req_rule", details },
  );
  const until = new Date(Date.now() + 15 * minute).toISOString();
  const overridden = {
    kind: "rule.overridden",
    actor: by,
    requestId: "req_over",
    changeId: "ovr_1",
  } as const;
  await rules.override([
    { override: { ruleId: "rul_1", by, until }, event: { ...overridden, details: { ...details, until } } },
  ]);
  const omar = person(harness, operator);
  await omar.command("failover silent because callers hear nothing", { channelId: voiceOps });
  await formSays(harness, omar, "2 will be switched");
  await omar.submit();
  expect((await onRecord(harness, { kind: "failover.held" })).details).toMatchObject({ changed: "2" });
  const ada = person(harness, admin);
  await ada.command("reviews", { channelId: voiceOps });
  const list = textOf(await toldAlone(harness, admin, "*1 use of break glass* to review"));
  expect(list).toContain("overrode the rule *Capacity*");
  expect(list).toContain("at most 1 on Holding · 2 changes made in spite of it");
  // Once it is overridden again, those changes are still the first one's.
  await rules.override([
    {
      override: { ruleId: "rul_1", by, until },
      event: { ...overridden, changeId: "ovr_2", details: { ...details, until } },
    },
  ]);
  const made = (await reviews.waiting()).map(async (entry) => [
    entry.changeId,
    await reviews.madeInSpite(entry),
  ]);
  expect(await Promise.all(made)).toEqual([
    ["ovr_1", 2],
    ["ovr_2", 0],
  ]);
});
