import { describe, expect, test } from "vitest";
import { leaseMs } from "../../../src/domain/ports/work-queue.ts";
import type { RunStep } from "../../../src/domain/runs/run-step.ts";
import type { WorkspaceStore } from "../../../src/domain/ports/store.ts";
import { approvalsJob } from "../../../src/operations/approval/approvals-job.ts";
import { outcomeReconciler } from "../../../src/operations/change/outcome-reconciler.ts";
import { expiryJob } from "../../../src/operations/expiry/expiry-job.ts";
import { runRunner } from "../../../src/operations/runs/run-runner.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { runnerTimer } from "../../../src/operations/shared/runner-timer.ts";
import { leaseLocks } from "../../../src/postgres/locks/lease-locks.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { machineTimer } from "../../../src/vendors/machine-timer.ts";
import { testSeal } from "../../sqlite/support.ts";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import { workAccess } from "../../store/due-work/work-access.ts";
import { noRuns, requestApproval } from "../../operations/approval/approval-request.ts";
import { fakeNotifier } from "../../operations/notifications/notifier.ts";
import { until } from "../../support/until.ts";
import { startWorld, worldNumber } from "../../support/world.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

const hour = 60 * 60_000;
const many = Array.from({ length: 12 }, (_, n) => `${n + 10}`);
const now = (): Date => new Date();
const after = (ms: number): Date => new Date(Date.now() + ms);
const timer = runnerTimer(() => performance.now());
const stopping = new AbortController().signal;
const person = { kind: "user", userId: "U1", workspaceId: "T1" } as const;

/** Two servers on one database, and a stopped one whose claims have expired. */
async function servers() {
  const { app } = await testPostgres();
  const world = await startWorld();
  const told: string[] = [];
  const patched: string[] = [];
  const progressed = new Set<string>();
  const agents = new Map<string, string | null>();
  let made = 0;
  const account = world.ctx.accounts.trial("cartesia", {});
  const number = (id: string) => ({ ...worldNumber, id, agent: { id: agents.get(id) ?? "agent_b" } });
  const open = (replicaId: string) => {
    const newId = (prefix: string): string => `${prefix}_${replicaId}_${(made += 1)}`;
    const connections = testConnections(app);
    const database = postgresQueries(connections);
    const { log } = world.ctx;
    const locks = leaseLocks(connections, { holder: replicaId, leaseMs, timer: machineTimer, log });
    const store = databaseStore(database, testSeal("k"), { now, newId, replicaId });
    const ctx: Context = {
      ...world.ctx,
      workspace: store.workspace("T1"),
      locks,
      now,
      monotonicMs: () => performance.now(),
      pause: async () => undefined,
      newId,
      accounts: {
        ...world.ctx.accounts,
        open: () => ({
          ...account,
          getNumber: async (id) => number(id),
          getAgent: async (id) => ({ id, name: id }),
          buildPatch: () => ({}),
          patch: async (id) => {
            patched.push(id);
            agents.set(id, "agent_a");
            return { status: 200, number: number(id) };
          },
        }),
      },
    };
    const notifier = fakeNotifier({
      temporaryChange: async (_ctx, { temporary, event }) =>
        void told.push(`${temporary.changeId} ${event.kind}`),
      approvalRequested: async (_ctx, { id }) => void told.push(`${id} requested`),
      approvalClosed: async (_ctx, { id, state }) => void told.push(`${id} ${state}`),
      approvalExecuted: async (_ctx, { id }, { kind }) => {
        told.push(`${id} ${kind}`);
        return { isDelivered: true };
      },
      followRun: (_ctx, { id }) => ({
        progressed: () => void progressed.add(replicaId),
        halted: async ({ state }) => void told.push(`${id} ${state}`),
        finished: async () => void told.push(`${id} finished`),
        notRecorded: async () => void told.push(`${id} not recorded`),
      }),
    });
    const common = {
      store,
      queue: store.work,
      log: ctx.log,
      timer,
      everyMs: hour,
      stopping,
      notifier,
      now,
      isClockSkewed: () => false,
      contextFor: () => ({ ...ctx, requestId: newId("req") }),
      installedContext: async () => ({ ...ctx, requestId: newId("req") }),
      track: () => undefined,
    };
    return {
      store,
      ctx,
      work: workAccess(database, now),
      expiries: expiryJob(common),
      approvals: approvalsJob({ ...common, approvedRuns: noRuns }),
      runs: runRunner(common),
      outcomes: outcomeReconciler({
        ...common,
        onChanged: async (_ctx, { requested }) => void told.push(`${requested.changeId} settled`),
      }),
    };
  };
  const gone = open("rep_gone");
  const errors = () => world.log.filter(({ level }) => level === "error");
  await gone.ctx.workspace.connections.add({
    vendor: "cartesia",
    name: "prod",
    credentials: { api_key: "k" },
  });
  return { one: open("rep_1"), two: open("rep_2"), gone, told, patched, progressed, errors };
}

async function connectionOf({ connections }: WorkspaceStore): Promise<string> {
  const [connection] = await connections.list();
  if (!connection) throw new Error("there is one");
  return connection.id;
}

const requested = (id: string, connectionId: string) =>
  ({
    kind: "change.requested",
    actor: person,
    requestId: `req_${id}`,
    changeId: `chg_${id}`,
    change: "reassign",
    connection: { id: connectionId, vendor: "cartesia", name: "prod" },
    number: { connectionId, numberId: `pn_${id}`, e164: worldNumber.e164 },
    before: { agent: "agent_a" },
    wanted: { agent: "agent_b" },
  }) as const;

/**
 * Lets both servers check, as at every tick, until that many messages were sent: one may skip a row that the
 * other one is writing.
 */
async function rounds(
  told: readonly string[],
  messages: number,
  look: () => Promise<unknown>,
): Promise<void> {
  await until("every message", async () => {
    await look();
    return told.length >= messages;
  });
  await look();
}

const each = (words: (id: string) => string): string[] => many.map(words);

describe.skipIf(missing !== undefined)(`the workflows of two servers on one PostgreSQL${skipped}`, () => {
  test("remind of and revert each temporary change once", async () => {
    const { one, two, gone, told, patched, errors } = await servers();
    const { temporaryChanges, audit } = gone.ctx.workspace;
    const connectionId = await connectionOf(gone.ctx.workspace);
    for (const id of many) {
      const event = requested(id, connectionId);
      const times = { endsAt: after(hour), lastsMs: hour, remindAt: now(), dueAt: now() };
      const place = { userId: "U1" };
      const key = { changeId: event.changeId, connectionId, numberId: event.number.numberId };
      await temporaryChanges.begin(event, { ...key, ...times, place });
      await audit.append({ ...event, kind: "change.outcome", outcome: "applied" });
    }
    const look = async () => Promise.all([one.expiries.round(), two.expiries.round()]);
    await rounds(told, many.length, look);
    expect(told.splice(0).toSorted()).toEqual(each((id) => `chg_${id} reminder`));
    for (const temporary of await temporaryChanges.open())
      await temporaryChanges.replace({ ...temporary, endsAt: now(), dueAt: now() });
    await rounds(told, many.length, look);
    expect(told.toSorted()).toEqual(each((id) => `chg_${id} reverted`));
    expect(patched.toSorted()).toEqual(each((id) => `pn_${id}`));
    expect(errors()).toEqual([]);
  });

  test("ask for, expire and execute each approval once", async () => {
    const { one, two, gone, told, patched, errors } = await servers();
    const asking = { ctx: gone.ctx, now };
    for (const id of many) {
      await requestApproval(asking, `apr_asked_${id}`);
      await requestApproval(asking, `apr_late_${id}`, { expiresInMinutes: -1 });
      const change = { kind: "reassign", agentId: "agent_a" } as const;
      const about = { numberId: `pn_${id}`, seen: { agent: "agent_b" }, change };
      await requestApproval(asking, `apr_yes_${id}`, { isApproved: true, ...about });
    }
    await gone.work.pass(60_000);
    const look = async () => Promise.all([one.approvals.round(), two.approvals.round()]);
    await rounds(told, 3 * many.length, look);
    const expected = [
      ...each((id) => `apr_asked_${id} requested`),
      ...each((id) => `apr_late_${id} expired`),
      ...each((id) => `apr_yes_${id} changed`),
    ];
    expect(told.toSorted()).toEqual(expected.toSorted());
    expect(patched.toSorted()).toEqual(each((id) => `pn_${id}`));
    expect(errors()).toEqual([]);
  });

  test("execute and report each revert once", async () => {
    const { one, two, gone, told, patched, errors } = await servers();
    const { runs } = gone.ctx.workspace;
    const connectionId = await connectionOf(gone.ctx.workspace);
    for (const id of many) {
      const step: RunStep = {
        key: { connectionId, numberId: `pn_${id}` },
        connection: "prod",
        vendor: "cartesia",
        tier: 0,
        undoes: "chg_1",
        changeId: `chg_${id}`,
        change: { kind: "reassign", agentId: "agent_a" },
        first: { agent: "agent_a" },
        last: { agent: "agent_b" },
        now: { agent: "agent_b" },
        labels: {},
        verdict: { kind: "will_revert" },
      };
      const by = { userId: "U1", channelId: "C1" };
      const incident = `INC-${id}`;
      await gone.ctx.workspace.incidents.start(
        {
          key: incident,
          title: "t",
          startedBy: person,
          channelId: undefined,
          startedAt: now().toISOString(),
        },
        { kind: "incident.started", actor: person, requestId: `req_${id}` },
      );
      await runs.show({ id: `rev_${id}`, kind: "revert", incident, by, steps: [step] });
      const event = { kind: "incident.reverted", actor: person, requestId: `req_r_${id}` } as const;
      await runs.begin(`rev_${id}`, by, event);
    }
    await gone.work.pass(60_000);
    await rounds(told, many.length, async () => Promise.all([one.runs.round(), two.runs.round()]));
    expect(told.toSorted()).toEqual(each((id) => `rev_${id} finished`));
    expect(patched.toSorted()).toEqual(each((id) => `pn_${id}`));
    expect(await runs.running()).toEqual([]);
    expect(errors()).toEqual([]);
  });

  test("execute each step of a failover once, and report it from one server", async () => {
    const { one, two, gone, told, patched, progressed, errors } = await servers();
    const { runs, audit } = gone.ctx.workspace;
    const connectionId = await connectionOf(gone.ctx.workspace);
    const steps = many.map((id, at) =>
      runStepOf(`pn_${id}`, { key: { connectionId, numberId: `pn_${id}` }, tier: Math.min(at, 1) }),
    );
    const by = { userId: "U1", channelId: "C1" };
    await runs.show(failoverOf("run_1", steps, { by }));
    await runs.begin("run_1", by, {
      kind: "failover.begun",
      actor: person,
      requestId: "req_run",
      details: { run: "run_1", kind: "failover" },
    });
    await gone.work.pass(60_000);
    const look = async () => Promise.all([one.runs.round(), two.runs.round()]);
    await rounds(told, 1, look);
    await look();
    expect(told).toEqual(["run_1 held"]);
    expect(progressed.size).toBe(1);
    expect(patched.toSorted()).toEqual(each((id) => `pn_${id}`));
    const entries = await audit.entries({ limit: 100 });
    expect(entries.filter(({ kind }) => kind === "change.requested")).toHaveLength(many.length);
    expect(entries.filter(({ kind }) => kind === "failover.held")).toHaveLength(1);
    expect(errors()).toEqual([]);
  });

  test("determine and report each outcome once", async () => {
    const { one, two, gone, told, errors } = await servers();
    const { audit } = gone.ctx.workspace;
    const connectionId = await connectionOf(gone.ctx.workspace);
    for (const id of many) await audit.append(requested(id, connectionId));
    await gone.work.pass(60_000);
    await Promise.all([one.outcomes.start(), two.outcomes.start()]);
    await until("every outcome", async () => (await audit.unsettled()).length === 0);
    one.outcomes.stop();
    two.outcomes.stop();
    await until("every report", () => told.length >= many.length);
    expect(told.toSorted()).toEqual(each((id) => `chg_${id} settled`));
    const outcomes = (await audit.entries({ limit: 100 })).filter(({ kind }) => kind === "change.outcome");
    expect(outcomes).toHaveLength(many.length);
    expect(errors()).toEqual([]);
  });
});
