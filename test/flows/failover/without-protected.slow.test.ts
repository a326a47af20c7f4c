import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { admin, assistance, holding, minute, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person } from "../../support/screen.ts";
import {
  becomes,
  fleetDesk,
  second,
  startProtected,
  workspaceOf,
  type ProtectedHarness,
} from "./protected-harness.ts";
import { allowsAtMost, asks, presses, requestId } from "./protected-request.ts";

let at: ProtectedHarness;
beforeEach(async () => {
  at = await startProtected();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a failover without its protected numbers", () => {
  it("begins them and takes the request back", async () => {
    await asks(at);
    // As long as the request is open, so is this way out of it.
    at.pass(15 * minute);
    await at.omar.click("failover:without");
    const held = await becomes(at, "failover.held");
    expect(held.details).toMatchObject({ changed: "1", of: "1" });
    await onRecord(at.harness, { kind: "approval.withdrawn", userId: operator });
    expect([at.agentOf(fleetDesk), at.agentOf(roadside), at.patches()]).toEqual([holding, assistance, 1]);
    await presses(at, admin);
    await onRecord(at.harness, { kind: "action.refused", userId: admin, code: "already_requested" });
    expect(at.patches()).toBe(1);
  });

  it.each([
    ["a rule", async () => allowsAtMost(at, 1), "A rule does not allow this"],
    [
      "a newer revision of the plan",
      async () => at.savePlan({ title: "Agents are silent again" }),
      "Someone changed the plan",
    ],
    [
      "another run of the plan",
      async () => {
        const abe = person(at.harness, second);
        await abe.command("failover silent because callers hear nothing", { channelId: voiceOps });
        await formSays(at.harness, abe, "Switch the other 1 now");
        await abe.click("failover:without");
        await onRecord(at.harness, { kind: "failover.begun", userId: second });
      },
      "belongs to",
    ],
  ])("leaves the request open if %s does not let them begin", async (_name, happens, words) => {
    await asks(at);
    await happens();
    await at.omar.click("failover:without");
    await onRecord(at.harness, { kind: "action.refused", userId: operator });
    await formSays(at.harness, at.omar, words);
    expect(await at.entries("approval.withdrawn")).toEqual([]);
    expect((await workspaceOf(at).approvals.find(await requestId(at)))?.state).toBe("open");
  });

  it("is offered in the preview as well", async () => {
    await at.preview();
    await at.omar.click("failover:without");
    await formSays(at.harness, at.omar, "is through: 1 of 1 changed");
    await becomes(at, "failover.held");
    expect([at.agentOf(fleetDesk), at.agentOf(roadside), at.patches()]).toEqual([holding, assistance, 1]);
    expect(await at.entries("approval.requested")).toEqual([]);
  });

  it("does not wait for Slack to draw the form, whichever form begins it", async () => {
    await at.preview();
    at.harness.slack.fail("views.update", { hang: true });
    await at.omar.click("failover:without");
    await becomes(at, "failover.held");
    at.harness.slack.clearFailures();
    await formSays(at.harness, at.omar, "is through: 1 of 1 changed");
    await at.omar.close();
    await at.preview("failover silent back", "1 will be put back");
    at.harness.slack.fail("views.update", { hang: true });
    await at.omar.submit();
    await becomes(at, "failover.returned");
    at.harness.slack.clearFailures();
    await formSays(at.harness, at.omar, "is over: 1 of 1 changed");
    expect(at.patches()).toBe(2);
  });
});
