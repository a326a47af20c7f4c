import { beforeEach, expect, it } from "vitest";
import { breakGlassAlerts } from "../../../src/operations/approval/break-glass-alerts.ts";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import { startWorld, type World } from "../../support/world.ts";

const minute = 60_000;
let world: World;
let told: string[];
let isSlackBack: boolean;
beforeEach(async () => {
  world = await startWorld();
  told = [];
  isSlackBack = true;
});

const round = async (): Promise<void> =>
  breakGlassAlerts({
    queue: world.store.work,
    timer: world.timer,
    log: world.ctx.log,
    everyMs: 10_000,
    notifier: {
      brokeGlass: async (_ctx, { requested }, isLast) => {
        if (isSlackBack || isLast) told.push(requested.changeId ?? "");
        return isSlackBack || isLast;
      },
    },
    contextFor: () => world.ctx,
    track: () => undefined,
  }).round();

/** Records a change by break-glass, or how it ended. */
async function record(changeId: string, more: Partial<AuditEvent<"change.requested">> = {}): Promise<void> {
  await world.ctx.workspace.audit.append({
    kind: "change.requested",
    actor: { kind: "cli", osUser: "ops" },
    requestId: `req_${changeId}`,
    changeId,
    change: "detach",
    wanted: { agent: null },
    details: { breakGlass: "yes" },
    ...more,
  });
}
async function applied(changeId: string): Promise<void> {
  const actor = { kind: "cli", osUser: "ops" } as const;
  await world.ctx.workspace.audit.append({
    kind: "change.outcome",
    actor,
    requestId: `req_${changeId}`,
    changeId,
    outcome: "applied",
  });
}

it("tells of a change by a command once its outcome is on record, and once", async () => {
  await record("chg_1");
  await round();
  expect(told).toEqual([]);
  await applied("chg_1");
  await world.pass(10_000);
  await round();
  await round();
  expect(told).toEqual(["chg_1"]);
});

it("leaves alone what is told by others: changes in Slack, those of a run, and those without break-glass", async () => {
  await record("chg_1", { actor: { kind: "user", userId: "U1", workspaceId: "T1" } });
  await record("chg_2", { details: { breakGlass: "yes", overrode: "rul_1", run: "run_1" } });
  await record("chg_3", { details: {} });
  for (const changeId of ["chg_1", "chg_2", "chg_3"]) await applied(changeId);
  await round();
  expect(told).toEqual([]);
});

it("waits until Slack says who the admins are, and after an hour tells those whom the settings name", async () => {
  isSlackBack = false;
  await record("chg_1");
  await applied("chg_1");
  await round();
  for (let passed = 1; passed < 59; passed += 1) {
    await world.pass(minute);
    await round();
  }
  expect(told).toEqual([]);
  await world.pass(minute);
  await round();
  expect(told).toEqual(["chg_1"]);
  await world.pass(minute);
  await round();
  expect(told).toEqual(["chg_1"]);
});
