import { afterEach, expect, it, vi } from "vitest";
import { resumeRun } from "../../../src/operations/runs/steer-run.ts";
import type { WorkspaceSettings } from "../../../src/domain/access/workspace-settings.ts";
import { admin, hour, minute, nobody, operator, patient, teamId, voiceOps } from "../../support/fixtures.ts";
import { startFailoverHarness, type FailoverHarness } from "../../support/failover/failover-run.ts";
import { settle } from "../../support/restrictions.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

const timeout = 60_000;
const anyOperator = "Any operator can continue it.";
let at: FailoverHarness;
afterEach(async () => {
  await at.harness.close();
});

/** Begins a failover outside of any channel, and takes the right from its person between the tiers. */
async function loseRight(settings: Partial<WorkspaceSettings>): Promise<string> {
  at = await startFailoverHarness({ cartesia: 3 });
  const tiers = [{ name: "canary", askBeforeNext: true }, { name: "rest" }];
  const id = await at.begin({ tiers, atEnd: "fail_back" }, { by: { userId: operator } });
  await at.becomes(id, "paused");
  await settle(at.harness, { roles: { operator: nobody }, ...settings });
  await resumeRun(at.contextOf(operator), id);
  await vi.waitFor(async () => {
    const { status } = await at.harness.infra.store.workspace(teamId).runs.get(id);
    expect(status.paused?.why).toBe("requester");
  }, patient);
  return id;
}

const directMessage = async (userId: string, words: string) =>
  at.harness.slack.eventually(`a direct message that says “${words}”`, () =>
    at.harness.slack.directMessages(userId).findLast((message) => textOf(message).includes(words)),
  );

it(
  "asks the operators to continue a run whose person cannot, reminds them, reports to the one who did, and leaves the way back to others with the reason",
  { timeout },
  async () => {
    const id = await loseRight({ announcementsChannelId: voiceOps });
    const words = `Failover cartesia-down is paused. The person it runs for may not change numbers now`;
    expect(textOf(await toldInChannel(at.harness, voiceOps, words))).toContain(anyOperator);
    // The person learns of it as before, and the message there keeps its state.
    await directMessage(operator, words);
    at.pass(hour + minute);
    const reminder = await toldInChannel(at.harness, voiceOps, "has been paused for an hour");
    expect(textOf(reminder)).toContain(anyOperator);
    await person(at.harness, admin).click("run:resume", { in: reminder });
    await at.becomes(id, "held");
    expect(at.switched("cartesia")).toBe(3);
    await directMessage(admin, "is through: 3 of 3 changed");
    // Its end comes while this person may not take it back either.
    await settle(at.harness, { roles: { operator: nobody, admin: { ...nobody, people: [operator] } } });
    at.pass(hour);
    const left = await toldInChannel(at.harness, voiceOps, "Patchbay did not take it back");
    expect(textOf(left)).toContain("The person it runs for may not change numbers now");
    await person(at.harness, operator).click("run:back", { in: left });
    await formSays(at.harness, person(at.harness, operator), "3 will be put back");
  },
);

it("asks the operators themselves if there is no channel for announcements", { timeout }, async () => {
  await loseRight({});
  // Nobody is an operator by name, so the admins are asked.
  const asked = await directMessage(admin, anyOperator);
  await person(at.harness, admin).click("run:stop", { in: asked });
  // The same message, in both conversations.
  expect(textOf(await directMessage(operator, "was stopped"))).toContain("1 of 3 changed");
});

it(
  "asks the operators about a paused run of a shell that acts for nobody, if nobody reads about it",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 2 });
    const routes = { tiers: [{ name: "canary", askBeforeNext: true }, { name: "rest" }], plan: undefined };
    const id = await at.begin(routes, { by: { actor: "cli:root" } });
    await at.becomes(id, "paused");
    // Nobody is an operator by name, so the admins are asked.
    await directMessage(admin, "is paused");
    at.pass(hour + minute);
    const reminder = await directMessage(admin, "has been paused for an hour");
    await person(at.harness, admin).click("run:resume", { in: reminder });
    await at.becomes(id, "held");
    expect(at.switched("cartesia")).toBe(2);
  },
);
