import { beforeEach, expect, it } from "vitest";
import type { RunRequester } from "../../../src/domain/runs/run.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { Problem } from "../../../src/domain/problem/problem.ts";
import type { RunStep } from "../../../src/domain/runs/run-step.ts";
import { claimRevert } from "../../../src/operations/incident/claim-revert.ts";
import { runRunner } from "../../../src/operations/runs/run-runner.ts";
import { failoverOf, failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

const by = { userId: "U1", channelId: "C1" };
const full = new Problem("not_recorded", "The disk is full.");
const everyMs = 30_000;
let world: World;
let told: string[];
let stopping: AbortController;
beforeEach(async () => {
  world = await startWorld();
  told = [];
  stopping = new AbortController();
});

/** Stores a revert of one number, as it was shown: with nothing to do, unless told otherwise. */
async function shown(id: string, verdict: RunStep["verdict"] = { kind: "already_so" }): Promise<void> {
  const [connection] = await world.ctx.workspace.connections.list();
  if (!connection) throw new Error("the world has a connection");
  const step: RunStep = {
    key: { connectionId: connection.id, numberId: worldNumber.id },
    connection: "prod",
    vendor: "cartesia",
    tier: 0,
    undoes: "chg_1",
    changeId: `chg_${id}`,
    change: { kind: "detach" },
    first: { agent: null },
    last: { agent: "agent_a" },
    now: { agent: "agent_a" },
    labels: {},
    verdict,
  };
  await world.ctx.workspace.runs.show({ id, kind: "revert", incident: "INC-1", by, steps: [step] });
}

const runner = (isInstalled = true) => {
  const runs = runRunner({
    store: world.store,
    log: world.ctx.log,
    timer: world.timer,
    everyMs,
    track: () => undefined,
    stopping: stopping.signal,
    installedContext: async () => (isInstalled ? world.ctx : undefined),
    notifier: {
      followRun: (_ctx, { id }) => ({
        progressed: () => undefined,
        waits: async () => void told.push(`${id} waits`),
        halted: async ({ state }) => void told.push(`${id} ${state}`),
        finished: async () => void told.push(`${id} finished`),
        notRecorded: async () => void told.push(`${id} not recorded`),
      }),
    },
  });
  const confirm = async (ctx: Context, id: string, requester: RunRequester) =>
    runs.carryOut(ctx, await claimRevert(ctx, id, requester));
  return { ...runs, confirm };
};

/** Makes a method of the stored runs fail until the returned function is called. */
function failing(method: "end" | "noteStep"): () => void {
  const { runs } = world.ctx.workspace;
  const works = runs[method];
  const fails = async (): Promise<never> => {
    throw full;
  };
  Object.assign(runs, { [method]: fails });
  return () => void Object.assign(runs, { [method]: works });
}

const state = async (id: string) => (await world.ctx.workspace.runs.get(id)).state;

it("executes a confirmed revert, reports it and marks it as done", async () => {
  await shown("rev_1");
  await runner().confirm(world.ctx, "rev_1", by);
  expect([told, await state("rev_1")]).toEqual([["rev_1 finished"], "done"]);
});

it("reports once that a failover is held, and does no more then", async () => {
  const [connection] = await world.ctx.workspace.connections.list();
  const key = { connectionId: connection?.id ?? "", numberId: worldNumber.id };
  const { runs } = world.ctx.workspace;
  await runs.show(failoverOf("run_1", [runStepOf(worldNumber.id, { key, verdict: { kind: "already_so" } })]));
  const details = { run: "run_1", kind: "failover" } as const;
  const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
  await runs.begin("run_1", by, { kind: "failover.begun", actor, requestId: "req_1", details });
  const { carryOut, round } = runner();
  await carryOut(world.ctx, await runs.get("run_1"));
  await round();
  await world.pass(everyMs);
  await round();
  expect([told, await state("run_1")]).toEqual([["run_1 held"], "held"]);
});

it("leaves a run that waits for a first call to any server, says so once, and goes on when one was answered", async () => {
  const [connection] = await world.ctx.workspace.connections.list();
  const stepOf = (numberId: string, tier: number) =>
    runStepOf(numberId, { key: { connectionId: connection?.id ?? "", numberId }, tier, awaitsCall: true });
  const { runs, audit } = world.ctx.workspace;
  const terms = { ...failoverTerms, tiers: [{ name: "canary", awaitsFirstCall: true }, { name: "rest" }] };
  await runs.show(failoverOf("run_1", [stepOf("pn_1", 0), stepOf("pn_2", 1)], { terms }));
  const details = { run: "run_1", kind: "failover" } as const;
  const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
  await runs.begin("run_1", by, { kind: "failover.begun", actor, requestId: "req_1", details });
  await runs.noteStep("run_1", 0, { outcome: "applied", at: world.now().toISOString() });
  const watched = { kind: "first_call", workspaceId: "T1", itemId: "chg_pn_1" } as const;
  await world.store.work.ensure(watched);
  // The process that made the last step has stopped before it showed that.
  await runner().carryOut(world.ctx, await runs.get("run_1"));
  const waits = ["run_1 waits"];
  expect(told).toEqual(waits);
  const { round } = runner();
  const call = { call: "ac_1", startedAt: world.now().toISOString(), status: "failed", agent: "agent_a" };
  const seen = { kind: "proof.seen", actor, requestId: "req_2", changeId: "chg_pn_1" } as const;
  await audit.append({ ...seen, details: { ...call, run: "run_1" } });
  await world.pass(5_000);
  await round();
  // A call that failed was not answered, and one that still runs may fail.
  expect([told, await state("run_1")]).toEqual([waits, "running"]);
  await audit.append({ ...seen, details: { ...call, status: "active", run: "run_1" } });
  await world.pass(5_000);
  await round();
  expect([told, await state("run_1")]).toEqual([waits, "running"]);
  await audit.append({ ...seen, details: { ...call, status: "completed", run: "run_1" } });
  await world.pass(5_000);
  await round();
  expect((await runs.get("run_1")).status.provedTier).toBe(0);
  expect(told).toEqual([...waits, "run_1 held"]);
});

it("refuses a second confirmation, and leaves the first alone", async () => {
  await shown("rev_1");
  const { confirm } = runner();
  await confirm(world.ctx, "rev_1", by);
  await expect(confirm(world.ctx, "rev_1", by)).rejects.toMatchObject({ code: "already_requested" });
  expect(told).toEqual(["rev_1 finished"]);
});

it("does not report the end again of a run that another process has ended meanwhile", async () => {
  await shown("rev_1", { kind: "will_revert" });
  const { runs } = world.ctx.workspace;
  const noteStep = runs.noteStep.bind(runs);
  const endToo = async (...step: Parameters<typeof noteStep>): Promise<void> => {
    await noteStep(...step);
    await runs.end("rev_1");
  };
  Object.assign(runs, { noteStep: endToo });
  await runner().confirm(world.ctx, "rev_1", by);
  expect([told, await state("rev_1")]).toEqual([[], "done"]);
});

it("reports a revert once that could not be marked as done, and marks it later", async () => {
  await shown("rev_1");
  const { confirm, round } = runner();
  const works = failing("end");
  const confirmed = confirm(world.ctx, "rev_1", by);
  await world.pass(3 * everyMs);
  await round();
  works();
  await world.pass(everyMs);
  await confirmed;
  await round();
  expect([told, await state("rev_1")]).toEqual([["rev_1 finished"], "done"]);
});

it("reports a revert whose progress cannot be recorded, and continues it later", async () => {
  await shown("rev_1", { kind: "will_revert" });
  const { confirm } = runner();
  const works = failing("noteStep");
  await confirm(world.ctx, "rev_1", by);
  expect([told, await state("rev_1")]).toEqual([["rev_1 not recorded"], "running"]);
  works();
  await world.pass(everyMs);
  expect([told, await state("rev_1")]).toEqual([["rev_1 not recorded", "rev_1 finished"], "done"]);
});

it("leaves a revert to the next process when this one is stopping", async () => {
  await shown("rev_1", { kind: "will_revert" });
  stopping.abort();
  await runner().confirm(world.ctx, "rev_1", by);
  expect([told, await state("rev_1")]).toEqual([[], "running"]);
  stopping = new AbortController();
  await runner().round();
  expect([told, await state("rev_1")]).toEqual([["rev_1 finished"], "done"]);
});

it("leaves a running revert alone while the workspace has no installation", async () => {
  await shown("rev_1", { kind: "will_revert" });
  stopping.abort();
  await runner().confirm(world.ctx, "rev_1", by);
  stopping = new AbortController();
  await runner(false).round();
  expect([told, await state("rev_1")]).toEqual([[], "running"]);
});
