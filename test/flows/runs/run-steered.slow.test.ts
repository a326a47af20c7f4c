import { afterEach, expect, it, vi } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { resumeRun, pauseRun, stopRun } from "../../../src/operations/runs/steer-run.ts";
import { admin, nobody, operator, teamId, voiceOps } from "../../support/fixtures.ts";
import { startFailoverHarness, type FailoverHarness } from "../../support/failover/failover-run.ts";
import { freezeAll, settle } from "../../support/restrictions.ts";
import { person, textOf, toldInChannel } from "../../support/screen.ts";

const timeout = 60_000;

/** The first tier has to be looked at. */
const askFirst = [{ name: "canary", askBeforeNext: true }, { name: "rest" }];

let at: FailoverHarness;
afterEach(async () => {
  await at.harness.close();
});

const outcomes = (run: Awaited<ReturnType<FailoverHarness["becomes"]>>): string[] =>
  run.steps.map(({ result }) => result?.code ?? result?.outcome ?? "left");

const count = (found: readonly string[], one: string): number => found.filter((each) => each === one).length;

it(
  "leaves a colleague's change and frozen numbers alone, without counting them as failures",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 8 });
    const [, colleagues] = at.ids("cartesia");
    const other = "agent_2mB6tYf1";
    at.harness.vendors.cartesia.changeNumber(colleagues ?? "", { agent: { id: other } });
    const run = await at.becomes(await at.begin(), "held");
    expect(outcomes(run)[1]).toBe("conflict");
    expect(at.harness.vendors.cartesia.effective(colleagues ?? "").agentId).toBe(other);
    expect(count(outcomes(run), "applied")).toBe(7);
  },
);

it("stops sending when a freeze comes in the middle, and reads it as no failure", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 4 });
  const id = await at.begin({ tiers: askFirst });
  const gate = await at.becomes(id, "paused");
  expect(gate.status.paused).toMatchObject({ why: "gate", tier: 0 });
  expect(at.patches("cartesia")).toBe(1);
  await freezeAll(at.harness, admin, "freeze all because of an audit", { channelId: voiceOps });
  await resumeRun(at.contextOf(), id);
  const run = await at.becomes(id, "held");
  expect(outcomes(run)).toEqual(["applied", "frozen", "frozen", "frozen"]);
  expect(at.patches("cartesia")).toBe(1);
});

it("changes nothing more for a person who loses the right in the middle", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 8 });
  const id = await at.begin({ tiers: askFirst });
  await at.becomes(id, "paused");
  await settle(at.harness, { roles: { operator: nobody } });
  await resumeRun(at.contextOf(), id);
  const run = await at.becomes(id, "paused");
  expect(run.status.paused?.why).toBe("requester");
  // The person who continues it switches the rest.
  expect(count(outcomes(run), "left")).toBe(7);
  expect(at.patches("cartesia")).toBe(1);
});

it("takes effect on the next step when somebody pauses, and goes on after that", { timeout }, async () => {
  at = await startFailoverHarness({ speechify: 30 });
  at.harness.vendors.speechify.limitRate({ burst: 12, perSecond: 2 });
  const id = await at.begin();
  await vi.waitFor(() => expect(at.switched("speechify")).toBeGreaterThan(2), {
    timeout: 20_000,
    interval: 5,
  });
  await pauseRun(at.contextOf(admin), id);
  // Posted by the server that executes it, once it has stopped; the progress message is redrawn before.
  await at.harness.slack.eventually("the news of the pause", () =>
    at.harness.slack.calls.find(
      ({ method, args }) => method === "chat.postMessage" && JSON.stringify(args).includes("paused it"),
    ),
  );
  const [sent, run] = [at.patches("speechify"), await at.becomes(id, "paused")];
  expect(count(outcomes(run), "left")).toBeGreaterThan(5);
  at.pass(60_000);
  expect(at.patches("speechify")).toBe(sent);
  await expect(pauseRun(at.contextOf(), id)).rejects.toBeInstanceOf(Problem);
  await resumeRun(at.contextOf(admin), id);
  const held = await at.becomes(id, "held");
  expect(count(outcomes(held), "applied")).toBe(30);
  expect(held.by.userId).toBe(admin);
});

it("leaves what is left as it is when somebody stops it", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 5 });
  const id = await at.begin({ tiers: askFirst });
  await at.becomes(id, "paused");
  const told = await toldInChannel(at.harness, voiceOps, "Tier canary is through");
  await person(at.harness, operator).click("run:stop", { in: told });
  await at.becomes(id, "stopped");
  await toldInChannel(at.harness, voiceOps, "was stopped: 1 of 5 changed.");
  expect(at.switched("cartesia")).toBe(1);
  await expect(stopRun(at.contextOf(), id)).rejects.toMatchObject({ code: "already_requested" });
  expect(await at.harness.infra.store.workspace(teamId).runs.holders()).toEqual([]);
});

it("goes on after a short stop of the server, and asks after a long one", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 5 });
  const { runs } = at.harness.infra.store.workspace(teamId);
  const id = await at.begin({ tiers: askFirst });
  await at.becomes(id, "paused");
  await at.harness.stopApp();
  await resumeRun(at.contextOf(), id);
  at.pass(10 * 60_000);
  await at.harness.startApp();
  await at.becomes(id, "held");
  expect(at.switched("cartesia")).toBe(5);
  await runs.end(id);
  const later = await at.begin(
    { tiers: askFirst },
    {
      step: ({ key }) => ({
        change: { kind: "reassign", agentId: "agent_2mB6tYf1" },
        now: { agent: at.harness.vendors.cartesia.effective(key.numberId).agentId ?? null },
      }),
    },
  );
  await at.becomes(later, "paused");
  await at.harness.stopApp();
  await resumeRun(at.contextOf(), later);
  at.pass(3 * 60 * 60_000);
  await at.harness.startApp();
  const run = await at.becomes(later, "paused");
  expect(run.status.paused).toMatchObject({ why: "interrupted" });
  await toldInChannel(at.harness, voiceOps, "Patchbay did not run for 3 h");
  expect(textOf(at.harness.slack.messages(voiceOps).at(-1))).toContain("1 of 5 changed");
});
