import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assistance, cli, dispatch, holding, roadside, teamId } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays } from "../../support/screen.ts";
import { fleetDesk, startPreviews, type PreviewHarness } from "../../support/failover/preview-harness.ts";

let at: PreviewHarness;
beforeEach(async () => {
  at = await startPreviews();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a failover", () => {
  it("names all rules that do not allow the run as a whole, and needs their override", async () => {
    await at.savePlan([[roadside], [fleetDesk]]);
    const { rules } = at.harness.infra.store.workspace(teamId);
    const connectionId = at.harness.connections.cartesia?.id ?? "";
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
          requestId: at.harness.infra.newId("req"),
          details: { rule: id, title, demand: "" },
        },
      );
    const shown = await at.preview();
    expect(shown).toContain("*Capacity*: at most 2 may be on Holding message, and this makes 3");
    expect(shown).toContain("*Daytime*: at least 1 must stay on Roadside assistance, and this leaves 0");
    expect(shown).not.toContain("Untouched");
    await at.omar.submit();
    await formSays(at.harness, at.omar, "2 rules do not allow this");
    await onRecord(at.harness, { kind: "action.refused", code: "ruled_out" });
    expect(at.patches()).toBe(0);
  });

  it("waits between two runs on the same number, and names that with every other rule", async () => {
    await at.savePlan([[roadside, fleetDesk]]);
    const { rules, plans } = at.harness.infra.store.workspace(teamId);
    const scopes = [{ connectionId: at.harness.connections.cartesia?.id ?? "" }];
    const demand = { kind: "canary_first", atMost: 1 } as const;
    const made = { actor: cli, requestId: at.harness.infra.newId("req") };
    await at.preview("failover silent practice because callers hear nothing", "Practice, for real");
    await at.omar.submit();
    await onRecord(at.harness, { kind: "failover.held" });
    at.pass(6 * 60_000);
    await onRecord(at.harness, { kind: "failover.practised" });
    await rules.set(
      { id: "rul_1", title: "Canary", scopes, demand },
      { ...made, kind: "rule.set", details: { rule: "rul_1", title: "Canary", demand: "" } },
    );
    // Another plan with the same numbers.
    const { plan } = await plans.get("silent");
    await plans.save({ ...plan, slug: "quiet" }, made);
    await at.omar.close();
    const shown = await at.preview("failover quiet because callers hear nothing");
    expect(shown).toContain(
      "*Wait between runs*: two runs on the same number are 1 min apart, and 2 numbers",
    );
    expect(shown).toContain("*Canary*: the first tier of a run switches at most 1 number, and this one");
    const before = at.patches();
    await at.omar.submit();
    await formSays(at.harness, at.omar, "2 rules do not allow this");
    expect(at.patches()).toBe(before);
    at.pass(2 * 60_000);
    await at.omar.close();
    expect(await at.preview("failover quiet because callers hear nothing")).not.toContain(
      "Wait between runs",
    );
  });
});
