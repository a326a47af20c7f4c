import { afterEach, expect, it, vi } from "vitest";
import { closeGate } from "../../../src/operations/failover/rules.ts";
import { resumeRun } from "../../../src/operations/runs/steer-run.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { startFailoverHarness, type FailoverHarness } from "../../support/failover/failover-run.ts";
import { failoverTerms } from "../../support/failover/run-steps.ts";
import { nobody, patient, teamId, voiceOps } from "../../support/fixtures.ts";
import { settle } from "../../support/restrictions.ts";
import { textOf, toldInChannel } from "../../support/screen.ts";

const timeout = 60_000;
const hour = 60 * 60_000;
let at: FailoverHarness;
afterEach(async () => {
  await at.harness.close();
});

const runs = () => at.harness.infra.store.workspace(teamId).runs;

it("reminds the owner at its end, and changes nothing", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 3 });
  const id = await at.begin();
  await at.becomes(id, "held");
  at.pass(2 * hour);
  const told = await toldInChannel(
    at.harness,
    voiceOps,
    "The numbers stay switched until someone takes it back.",
  );
  expect(JSON.stringify(told)).toContain("<!subteam^S0VOICEOPS>");
  expect(at.switched("cartesia")).toBe(3);
});

it("takes itself back at its end if the plan says so", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 3 });
  const id = await at.begin({ atEnd: "fail_back" });
  await at.becomes(id, "held");
  at.pass(2 * hour);
  await at.becomes(id, "done");
  expect(at.switched("cartesia")).toBe(0);
});

it(
  "pauses when automation is turned off while it takes itself back, until a person continues it",
  {
    timeout,
  },
  async () => {
    at = await startFailoverHarness({ cartesia: 3 });
    const id = await at.begin({ atEnd: "fail_back" });
    await at.becomes(id, "held");
    let turnedOff = (): void => undefined;
    const until = new Promise<void>((resolve) => (turnedOff = resolve));
    const vendor = at.harness.vendors.cartesia;
    const before = at.patches("cartesia");
    vendor.fault({ kind: "hold", until }, { on: "write" });
    at.pass(2 * hour);
    await vi.waitFor(() => expect(at.patches("cartesia")).toBe(before + 1), patient);
    await closeGate(at.contextOf(), "we look at the agents");
    turnedOff();
    const { id: back = "" } = (await runs().live()).find((run) => run.returns === id) ?? {};
    expect((await at.becomes(back, "paused")).status.paused?.why).toBe("automation_off");
    expect(at.patches("cartesia")).toBe(before + 1);
    await resumeRun(at.contextOf(), back);
    await at.becomes(back, "done");
    expect(at.switched("cartesia")).toBe(0);
  },
);

it(
  "reminds once of what it could not put back at its end, and does not try for ever",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 3 });
    const id = await at.begin({ atEnd: "fail_back" });
    await at.becomes(id, "held");
    const [, , refused = ""] = at.ids("cartesia");
    const isRefused = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
      method === "PATCH" && path.endsWith(refused);
    at.harness.vendors.cartesia.fault({ kind: "status", status: 422 }, { on: isRefused });
    at.pass(2 * hour);
    await toldInChannel(at.harness, voiceOps, "1 number could not be put back");
    await vi.waitFor(async () => expect(await runs().holders()).toMatchObject([{ id }]), patient);
    const updates = at.patches("cartesia");
    at.pass(2 * hour);
    await toldInChannel(at.harness, voiceOps, "stay switched until someone takes it back.");
    expect(at.patches("cartesia")).toBe(updates);
    expect((await runs().getState(id)).state).toBe("held");
  },
);

it("holds for its whole time if it is continued after its end", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 3 });
  const id = await at.begin({
    tiers: [{ name: "canary", askBeforeNext: true }, { name: "rest" }],
    atEnd: "fail_back",
  });
  await at.becomes(id, "paused");
  at.pass(3 * hour);
  await resumeRun(at.contextOf(), id);
  const { status, endsAt = "" } = await at.becomes(id, "held");
  expect(Date.parse(endsAt) - Date.parse(status.resumedAt ?? "")).toBe(failoverTerms.forMs);
});

it(
  "asks people, and says why, if the person who began it may no longer take it back",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 3 });
    const id = await at.begin({ atEnd: "fail_back" });
    await at.becomes(id, "held");
    await settle(at.harness, { roles: { operator: nobody } });
    at.pass(2 * hour);
    const left = await toldInChannel(at.harness, voiceOps, "Patchbay did not take it back");
    expect(textOf(left)).toContain("The person it runs for may not change numbers now");
    expect((await runs().getState(id)).state).toBe("held");
  },
);

it(
  "does not take itself back, and says so, if a number is no longer as it left it",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 3 });
    const id = await at.begin({ atEnd: "fail_back" });
    await at.becomes(id, "held");
    at.harness.vendors.cartesia.changeNumber(at.ids("cartesia")[2] ?? "", {
      agent: { id: "agent_2mB6tYf1" },
    });
    const before = at.patches("cartesia");
    at.pass(2 * hour);
    await toldInChannel(at.harness, voiceOps, "Patchbay changed nothing: someone has to decide.");
    expect(at.patches("cartesia")).toBe(before);
    expect((await runs().getState(id)).state).toBe("held");
  },
);

it("reminds once of a failover that has been paused for an hour", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 3 });
  const id = await at.begin({ tiers: [{ name: "canary", askBeforeNext: true }, { name: "rest" }] });
  await at.becomes(id, "paused");
  at.pass(3 * hour);
  await toldInChannel(at.harness, voiceOps, "has been paused for an hour");
  at.pass(3 * hour);
  await resumeRun(at.contextOf(), id);
  await at.becomes(id, "held");
  const told = at.harness.slack.calls.filter(
    ({ method, args }) =>
      method === "chat.postMessage" && JSON.stringify(args).includes("paused for an hour"),
  );
  expect(told).toHaveLength(1);
});

it.each([
  ["after it was paused for an hour", 2 * hour, "has been paused for an hour", "has been over since"],
  ["before that", hour / 2, "has been over since", "has been paused for an hour"],
])(
  "says once that the end of a paused failover has come, %s",
  { timeout },
  async (_when, forMs, first, then) => {
    at = await startFailoverHarness({ cartesia: 3 });
    const id = await at.begin({ tiers: [{ name: "canary", askBeforeNext: true }, { name: "rest" }], forMs });
    await at.becomes(id, "paused");
    const told = (words: string) =>
      at.harness.slack.calls.filter(
        ({ method, args }) => method === "chat.postMessage" && JSON.stringify(args).includes(words),
      );
    at.pass(0.9 * hour);
    at.pass(forMs > hour ? 0.2 * hour : 0);
    await toldInChannel(at.harness, voiceOps, first);
    expect(told(then)).toEqual([]);
    await vi.waitFor(() => {
      at.pass(hour / 6);
      expect(told(then)).toHaveLength(1);
    }, patient);
    at.pass(5 * hour);
    expect((await runs().getState(id)).state).toBe("paused");
    await resumeRun(at.contextOf(), id);
    await at.becomes(id, "held");
    expect([told(first), told(then)].map(({ length }) => length)).toEqual([1, 1]);
  },
);

it(
  "sends nothing more while the database is full, and asks once it can be written again",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 6 });
    const sql = (statement: string): void => {
      const stranger = openFile(at.harness.settings.databasePath);
      stranger.exec(statement);
      stranger.close();
    };
    const id = await at.begin({ tiers: [{ name: "canary", askBeforeNext: true }, { name: "rest" }] });
    await at.becomes(id, "paused");
    sql(`CREATE TRIGGER full BEFORE UPDATE OF result ON run_steps BEGIN SELECT RAISE(ABORT, 'no room'); END`);
    await resumeRun(at.contextOf(), id);
    const run = await at.becomes(id, "paused");
    expect(run.status.paused?.why).toBe("not_recorded");
    await toldInChannel(at.harness, voiceOps, "could not record its progress");
    sql("DROP TRIGGER full");
    await resumeRun(at.contextOf(), id);
    await at.becomes(id, "held");
    expect(at.switched("cartesia")).toBe(6);
    expect(at.patches("cartesia")).toBe(6);
  },
);
