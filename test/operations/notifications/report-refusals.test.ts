import { beforeEach, expect, it } from "vitest";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import type { ProblemCode } from "../../../src/domain/problem/problem.ts";
import { reportRefusals } from "../../../src/operations/notifications/report-refusals.ts";
import type { RefusalSummary } from "../../../src/operations/shared/refusal-summary.ts";
import { refusalSummary } from "../../../src/operations/shared/refusal-summary.ts";
import { fakeNotifier } from "./notifier.ts";
import { startWorld, type World } from "../../support/world.ts";

const asked = { act: "command list", content: "list" };
let world: World;
let refusals: RefusalSummary;
let told: string[];
beforeEach(async () => {
  world = await startWorld();
  refusals = refusalSummary();
  told = [];
});

function refused(workspaceId: string, code: ProblemCode, times: number): void {
  const event: AuditEvent = {
    kind: "action.refused",
    actor: { kind: "user", userId: "U1", workspaceId },
    requestId: "req_1",
    reason: "see numbers",
    outcome: "refused",
    problem: { code, message: "No." },
  };
  for (let time = 0; time < times; time += 1) refusals.note(workspaceId, event, asked);
}

const report = async () =>
  reportRefusals({
    refusals,
    log: world.ctx.log,
    contextFor: (id) => ({ ...world.ctx, workspace: world.store.workspace(id) }),
    notifier: fakeNotifier({
      refused: async ({ workspace }, counted) => {
        if (workspace.id === "T2") throw new Error("Slack is down");
        told.push(...counted.map(({ event, count }) => `${workspace.id} ${event.problem?.code} ${count}`));
      },
    }),
  });

it("tells admins what was refused to a person, once a round, and records how often it was repeated", async () => {
  refused("T1", "not_allowed", 3);
  refused("T1", "invalid_input", 2);
  await report();
  await report();
  expect(told).toEqual(["T1 not_allowed 3"]);
  const entries = await world.ctx.workspace.audit.entries({ limit: 10 });
  expect(new Set(entries.map(({ details }) => details?.["repeats"]))).toEqual(new Set(["1", "2"]));
});

it("tells one workspace when another cannot be told", async () => {
  refused("T2", "frozen", 1);
  refused("T1", "frozen", 1);
  await report();
  expect(told).toEqual(["T1 frozen 1"]);
  expect(world.log).toEqual([{ level: "error", message: "refusals not reported" }]);
});
