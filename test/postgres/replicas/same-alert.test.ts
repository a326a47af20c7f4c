import { describe, expect, test } from "vitest";
import { proposalWorker } from "../../../src/operations/alerts/alert-workers.ts";
import { receiveAlerts } from "../../../src/operations/alerts/receive-alerts.ts";
import { runnerTimer } from "../../../src/operations/shared/work/runner-timer.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { manualSources } from "../../store/events.ts";
import { startWorld } from "../../support/world.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

const by = { actor: { kind: "system", job: "hooks" }, requestId: "req_1" } as const;

describe.skipIf(missing !== undefined)(`an alert that two servers get at once${skipped}`, () => {
  test("is one proposal, one incident and one message", async () => {
    const { app } = await testPostgres();
    const world = await startWorld();
    const told: string[] = [];
    const servers = ["rep_1", "rep_2"].map((replicaId) => {
      const sources = { ...manualSources().sources, now: () => new Date(), replicaId };
      const store = databaseStore(postgresQueries(testConnections(app)), testSeal("k"), {
        ...sources,
        newId: (prefix) => `${prefix}_${replicaId}_${Math.random()}`,
      });
      const ctx = { ...world.ctx, actor: by.actor, workspace: store.workspace("T1") };
      const worker = proposalWorker({
        store,
        log: ctx.log,
        timer: runnerTimer(() => performance.now()),
        everyMs: 3_600_000,
        notifier: {
          alertsProposed: async (_ctx, { id, isPosted }) => {
            if (!isPosted) {
              told.push(id);
              await ctx.workspace.proposals.notePosted(id);
            }
            return true;
          },
          alertsResolved: async () => undefined,
          fallbackReminder: async () => undefined,
        },
        installedContext: async () => ctx,
        track: () => undefined,
      });
      return { ctx, worker };
    });
    const [first] = servers;
    if (!first) throw new Error("there are two servers");
    const { hooks, audit } = first.ctx.workspace;
    await hooks.make({ id: `hook_${"1".repeat(32)}`, name: "pd", source: "pagerduty" }, { secret: "s" }, by);
    const hook = await hooks.addMapping(
      `hook_${"1".repeat(32)}`,
      {
        id: "map_1",
        field: "title",
        pattern: "*",
        proposes: { kind: "plan", plan: "silent" },
        channelId: "C1",
      },
      by,
    );
    const alert = {
      id: "A",
      key: "A",
      title: "TTS",
      state: "open",
      services: [],
      labels: [],
      hash: "h",
    } as const;
    await Promise.all(
      servers.map(async ({ ctx }, n) => receiveAlerts(ctx, { hook, digest: `d${n}`, alerts: [alert] })),
    );
    await Promise.all(servers.map(async ({ worker }) => worker.round()));
    const kinds = (await audit.entries({ limit: 50 })).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "proposal.made" || kind === "incident.started")).toHaveLength(2);
    expect(told).toHaveLength(1);
    for (const { worker } of servers) worker.stop();
  });
});
