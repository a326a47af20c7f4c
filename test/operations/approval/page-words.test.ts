import { beforeEach, expect, it } from "vitest";
import { requestedRun, type RequestedRun } from "../../../src/domain/changes/approval.ts";
import { pageTimes } from "../../../src/operations/approval/on-call-approvers.ts";
import { pageTitle } from "../../../src/operations/approval/page-text.ts";
import { startWorld, type World } from "../../support/world.ts";
import { requestApproval, schedulePages } from "./approval-request.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  await schedulePages(world);
});

it("pages nobody at or after the end of a request", async () => {
  const ends = (minutes: number) => new Date(world.now().getTime() + minutes * 60_000).toISOString();
  const times = async (minutes: number) =>
    (await pageTimes(world.ctx, ends(minutes))).map((at) => (at.getTime() - world.now().getTime()) / 60_000);
  expect([await times(3), await times(6), await times(7)]).toEqual([[], [3], [3, 6]]);
});

it("says in words what is to be approved", async () => {
  const { asked: change, ...request } = await requestApproval(world, "apr_2");
  const run = (kind: RequestedRun["kind"], changes: number) =>
    pageTitle({ ...request, asked: runOf({ kind, changes }) });
  const start = "Patchbay: somebody waits for your approval of ";
  expect(pageTitle({ ...request, asked: change })).toBe(`${start}a protected number without an agent`);
  expect(run("back", 40)).toBe(`${start}a fail-back of 40 numbers`);
  expect(run("failover", 1)).toBe(`${start}a failover of 1 number`);
  expect(run("routes", 2)).toBe(`${start}a routes run of 2 numbers`);
});

function runOf(some: Pick<RequestedRun, "kind" | "changes">): RequestedRun {
  return requestedRun.parse({
    runId: "run_1",
    preview: "p",
    plan: { slug: "plan", revision: 1, title: "Plan" },
    counts: {},
    protected: 1,
    numbers: [],
    overrode: [],
    userId: "U1",
    at: "2026-01-01T03:00:00.000Z",
    ...some,
  });
}
