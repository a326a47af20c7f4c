import { nobodyOnCall } from "../../support/on-call.ts";
import { leaseMs } from "../../../src/domain/ports/work-queue.ts";
import type { WorkspaceStore } from "../../../src/domain/ports/store.ts";
import { approvalsJob } from "../../../src/operations/approval/approvals-job.ts";
import { outcomeReconciler } from "../../../src/operations/change/outcome-reconciler.ts";
import { expiryJob } from "../../../src/operations/expiry/expiry-job.ts";
import { runRunner } from "../../../src/operations/runs/run-runner.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { runnerTimer } from "../../../src/operations/shared/work/runner-timer.ts";
import { leaseLocks } from "../../../src/postgres/locks/lease-locks.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { machineTimer } from "../../../src/vendors/machine-timer.ts";
import { testSeal } from "../../sqlite/support.ts";
import { workAccess } from "../../store/due-work/work-access.ts";
import { noRuns } from "../../operations/approval/approval-request.ts";
import { fakeNotifier } from "../../operations/notifications/notifier.ts";
import { until } from "../../support/until.ts";
import { startWorld, worldNumber } from "../../support/world.ts";
import { testConnections, testPostgres } from "../support.ts";

export const hour = 60 * 60_000;
export const now = (): Date => new Date();
export const person = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
const timer = runnerTimer(() => performance.now());
const stopping = new AbortController().signal;

/** Two servers on one database, and a stopped one whose claims have expired. */
export async function servers() {
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
      approvals: approvalsJob({ ...common, ...nobodyOnCall, approvedRuns: noRuns }),
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

/** The only connection of a workspace. */
export async function connectionOf({ connections }: WorkspaceStore): Promise<string> {
  const [connection] = await connections.list();
  if (!connection) throw new Error("there is one");
  return connection.id;
}

/** The request of a change of a number, by its number in the test. */
export const requested = (id: string, connectionId: string) =>
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
export async function rounds(
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
