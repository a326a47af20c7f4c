import { afterEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { holding, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { opens } from "../../support/words.ts";

const fleetDesk = "pn_H3k7Ry4N";
let harness: Harness;
afterEach(async () => {
  await harness.close();
});

it("follows a failover in the form where it was confirmed and continued, until something else is opened there", async () => {
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
  const omar = person(harness, operator);
  await silentPlan(harness, [[roadside], [fleetDesk]], {
    tiers: [roadside, fleetDesk].map((numberId, index) => ({
      name: index === 0 ? "canary" : "rest",
      askBeforeNext: index === 0,
      members: [
        {
          connectionId: harness.connections.cartesia?.id ?? "",
          numberId,
          change: { kind: "reassign", agentId: holding },
        },
      ],
    })),
  });
  const line = "failover silent because callers hear nothing";
  await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), "2 will be switched");
  await omar.submit();
  await formSays(harness, omar, "Tier canary is through");
  await omar.click("run:resume");
  await formSays(harness, omar, "is through: 2 of 2 changed");
  await onRecord(harness, { kind: "failover.held" });
  const said = harness.slack.messages(voiceOps).findLast((each) => textOf(each).includes("2 of 2 changed"));
  expect(said && textOf(said)).toContain("is through");
  await omar.click("run:back");
  await formSays(harness, omar, "2 will be put back");
  await omar.submit();
  await formSays(harness, omar, "Tier canary is through");
  await omar.click("run:resume");
  await formSays(harness, omar, "The fail-back of silent* is over: 2 of 2 changed");
  const { details } = await onRecord(harness, { kind: "failover.returned" });
  expect(details).toMatchObject({ plan: "silent", channel: voiceOps });
});
