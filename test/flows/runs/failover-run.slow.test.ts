import { afterEach, expect, it } from "vitest";
import { resumeRun } from "../../../src/operations/runs/steer-run.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { startFailoverHarness, type FailoverHarness } from "../../support/failover/failover-run.ts";
import { person, toldInChannel } from "../../support/screen.ts";

const timeout = 60_000;
let at: FailoverHarness;
afterEach(async () => {
  await at.harness.close();
});

const kinds = async () =>
  (await at.harness.audit()).map(({ kind }) => kind).filter((kind) => kind.startsWith("failover."));

const requested = async () => (await at.harness.audit()).filter(({ kind }) => kind === "change.requested");

const outcomes = (run: Awaited<ReturnType<FailoverHarness["becomes"]>>): string[] =>
  run.steps.map(({ result }) => result?.code ?? result?.outcome ?? "left");

const count = (found: readonly string[], one: string): number => found.filter((each) => each === one).length;

it("switches tier by tier, holds, and says how long it took", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 4, speechify: 4 });
  const id = await at.begin();
  const run = await at.becomes(id, "held");
  expect([at.switched("cartesia"), at.switched("speechify")]).toEqual([4, 4]);
  expect(count(outcomes(run), "applied")).toBe(8);
  const [first, ...others] = await requested();
  expect(first?.number?.numberId).toBe(at.ids("cartesia")[0]);
  expect(others).toHaveLength(7);
  expect(first?.details).toMatchObject({ run: id, plan: "cartesia-down", revision: "3", for: operator });
  const held = (await at.harness.audit()).find(({ kind }) => kind === "failover.held");
  expect(held?.details).toMatchObject({ run: id, changed: "8", of: "8" });
  expect(held?.details?.["seconds"]).toMatch(/^\d+$/u);
  await toldInChannel(at.harness, voiceOps, "Failover cartesia-down is through: 8 of 8 changed.");
});

it("pauses at the first failure of the first tier, and puts nothing else at risk", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 3, speechify: 2 });
  at.harness.vendors.cartesia.fault({ kind: "status", status: 422 }, { on: "write", times: 1 });
  const run = await at.becomes(await at.begin(), "paused");
  expect(run.status.paused?.why).toBe("canary");
  expect(outcomes(run)).toEqual(["vendor_refused", "left", "left", "left", "left"]);
  expect([at.patches("cartesia"), at.patches("speechify")]).toEqual([1, 0]);
  const told = await toldInChannel(at.harness, voiceOps, "A number of the first tier failed.");
  await person(at.harness, operator).click("run:resume", { in: told });
  const held = await at.becomes(run.id, "held");
  expect(count(outcomes(held), "applied")).toBe(4);
  expect(await kinds()).toEqual(["failover.begun", "failover.paused", "failover.resumed", "failover.held"]);
});

it(
  "pauses after three failures in a row, and a resumed one counts only new failures",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 12 });
    const fails = new Set(at.ids("cartesia").slice(1, 4));
    at.harness.vendors.cartesia.fault(
      { kind: "status", status: 422 },
      { on: ({ method, path }) => method === "PATCH" && [...fails].some((each) => path.includes(each)) },
    );
    const run = await at.becomes(await at.begin(), "paused");
    expect(["in_a_row", "of_a_tier"]).toContain(run.status.paused?.why);
    expect(count(outcomes(run), "vendor_refused")).toBe(3);
    await resumeRun(at.contextOf(), run.id);
    const held = await at.becomes(run.id, "held");
    expect([count(outcomes(held), "applied"), count(outcomes(held), "vendor_refused")]).toEqual([9, 3]);
  },
);

it(
  "never repeats an unknown outcome, and sends a rate-limited step again under a new id",
  { timeout },
  async () => {
    at = await startFailoverHarness({ speechify: 6 }, { environment: { VENDOR_TIMEOUT_MS: "1000" } });
    const { speechify } = at.harness.vendors;
    const [, limited, lost] = at.ids("speechify");
    const of = (id: string | undefined) => (request: { method: string; path: string }) =>
      request.method === "PATCH" && request.path.includes(id ?? "?");
    speechify.fault({ kind: "rate-limit", seconds: 1 }, { on: of(limited), times: 2 });
    speechify.fault({ kind: "apply-then-500" }, { on: of(lost), times: 1 });
    const run = await at.becomes(await at.begin(), "held");
    expect(at.switched("speechify")).toBe(6);
    const sent = async (id: string | undefined) =>
      (await requested()).filter(({ number }) => number?.numberId === id).map(({ changeId }) => changeId);
    expect(new Set(await sent(limited)).size).toBe(3);
    expect(await sent(lost)).toHaveLength(1);
    expect(run.steps[1]).toMatchObject({ requeued: 2, result: { outcome: "applied" } });
  },
);

it("gives a step up that is rate-limited six times, and goes on with the others", { timeout }, async () => {
  at = await startFailoverHarness({ speechify: 4 });
  const [, limited] = at.ids("speechify");
  at.harness.vendors.speechify.fault(
    { kind: "rate-limit", seconds: 1 },
    { on: ({ method, path }) => method === "PATCH" && path.includes(limited ?? "?") },
  );
  const run = await at.becomes(await at.begin(), "held");
  expect(run.steps[1]).toMatchObject({ requeued: 5, result: { outcome: "refused", code: "rate_limited" } });
  expect(at.switched("speechify")).toBe(3);
});

it(
  "pauses a connection alone whose credentials are rejected, and continues without it",
  { timeout },
  async () => {
    at = await startFailoverHarness({ cartesia: 3, speechify: 4 });
    at.harness.vendors.speechify.fault({ kind: "status", status: 401 });
    const run = await at.becomes(await at.begin(), "paused");
    expect(run.status.paused?.why).toBe("connections");
    expect(at.switched("cartesia")).toBe(3);
    expect(count(outcomes(run), "left")).toBe(4);
    expect(Object.values(run.status.connections)).toMatchObject([{ code: "credentials_rejected" }]);
    const told = await toldInChannel(at.harness, voiceOps, "connections that cannot be reached");
    await person(at.harness, operator).click("run:without", { in: told });
    const held = await at.becomes(run.id, "held");
    expect(count(outcomes(held), "left_out")).toBe(4);
  },
);

it("pauses a connection that is down, and switches its numbers once it is back", { timeout }, async () => {
  at = await startFailoverHarness({ cartesia: 3, speechify: 4 });
  at.harness.vendors.speechify.fault({ kind: "status", status: 503 });
  const run = await at.becomes(await at.begin(), "paused");
  expect(Object.values(run.status.connections)).toMatchObject([{ code: "vendor_unavailable" }]);
  expect([at.switched("cartesia"), at.patches("speechify")]).toEqual([3, 0]);
  at.harness.vendors.speechify.clearFaults();
  await resumeRun(at.contextOf(), run.id);
  await at.becomes(run.id, "held");
  expect(at.switched("speechify")).toBe(4);
});
