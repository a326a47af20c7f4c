import { beforeEach, describe, expect, it } from "vitest";
import { runCover } from "../../../src/operations/access/run-approval.ts";
import type { ChangeRequest } from "../../../src/operations/access/change-request.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { startWorld, type World } from "../../support/world.ts";
import {
  approveRun,
  beginRun,
  entry,
  key,
  person,
  request,
  silentSlack,
  step,
  system,
  wrongWith,
} from "../../support/run-approval.ts";

let world: World;
let ctx: Context;
beforeEach(async () => {
  world = await startWorld();
  ctx = { ...world.ctx, actor: person("U1") };
});

describe("the approval of a run", () => {
  beforeEach(async () => {
    await beginRun(ctx, "run", "apr_1");
    await approveRun(ctx);
  });

  it("covers exactly its step, for the person who carries it out", async () => {
    expect(await runCover(ctx, request, step)).toEqual({
      details: { approval: "apr_1", approvedBy: "U2" },
      approvals: 1,
    });
  });

  it.each<[string, Partial<ChangeRequest>, Partial<typeof step>]>([
    ["a change with another id", { changeId: "chg_other" }, {}],
    ["another number", { key: { ...key, numberId: "num_2" } }, {}],
    ["another connection", { key: { ...key, connectionId: "con_2" } }, {}],
    ["another agent", { change: { kind: "reassign", agentId: "agent_c" } }, {}],
    ["another kind of change", { change: { kind: "detach" } }, {}],
    ["a number that has moved", { seen: { agent: "agent_c" } }, {}],
    ["an expiry that nobody saw", { ends: { kind: "after", ms: 60_000 } }, {}],
    ["another step", {}, { position: 1 }],
    ["no step", {}, { position: 2 }],
    ["another run", {}, { runId: "run_2" }],
  ])("does not cover %s", async (_what, wanted, at) => {
    expect(await wrongWith(ctx, wanted, at)).toBe("approval_required");
  });

  it("does not cover another person, a job, or another workspace", async () => {
    expect(await wrongWith({ ...ctx, actor: person("U2") })).toBe("approval_required");
    expect(await wrongWith({ ...ctx, actor: system })).toBe("approval_required");
    expect(await wrongWith({ ...ctx, workspace: world.store.workspace("T2") })).toBe("approval_required");
  });

  it("does not cover a run that is paused, stopped or over", async () => {
    const at = world.now().toISOString();
    await ctx.workspace.runs.pause("run_1", { why: "asked", at }, { ...entry, kind: "failover.paused" });
    expect(await wrongWith(ctx, {})).toBe("approval_required");
    await ctx.workspace.runs.stop("run_1", { ...entry, kind: "failover.stopped" });
    expect(await wrongWith(ctx, {})).toBe("approval_required");
  });

  it("does not count once its approver may not approve", async () => {
    const nobody = { role: "none", approver: false, deniedConnections: [] } as const;
    const as: Context = { ...ctx, authorizer: { permissions: async () => nobody } };
    expect(await wrongWith(as)).toBe("approval_required");
  });

  it("says so if Slack does not tell whether the approver may still approve", async () => {
    expect(await runCover(silentSlack(ctx), request, step)).toMatchObject({
      missing: { code: "approval_required", message: expect.stringContaining("Slack does not say") },
    });
  });
});

it("keeps with a decision the shift that it took, so that it counts after that", async () => {
  await beginRun(ctx, "run", "apr_1");
  await approveRun(ctx, "U2", {}, "PagerDuty PI7DH85");
  const seenBy = async (approverSchedules: readonly string[]) => {
    const offShift = { role: "viewer", approver: false, deniedConnections: [], approverSchedules } as const;
    return wrongWith({ ...ctx, authorizer: { permissions: async () => offShift } });
  };
  expect(await seenBy(["PagerDuty PI7DH85"])).toBeUndefined();
  expect(await seenBy([])).toBe("approval_required");
});

describe("a request that does not approve a run", () => {
  it.each<[string, () => Promise<void>]>([
    ["is not there", async () => undefined],
    ["was approved by the person who asked", async () => approveRun(ctx, "U1")],
    ["is for another run", async () => approveRun(ctx, "U2", { runId: "run_2" })],
    [
      "is open",
      async () => {
        await approveRun(ctx);
        // Only a copy of the row tells: a decision is final.
        const found = await ctx.workspace.approvals.find("apr_1");
        const approvals = {
          ...ctx.workspace.approvals,
          find: async () => found && { ...found, state: "open" as const },
        };
        ctx = { ...ctx, workspace: { ...ctx.workspace, approvals } };
      },
    ],
  ])("%s", async (_what, happens) => {
    await beginRun(ctx, "run", "apr_1");
    await happens();
    expect(await wrongWith(ctx, {})).toBe("approval_required");
  });

  it("was never linked with it when it began", async () => {
    await beginRun(ctx, "run");
    await approveRun(ctx);
    expect(await wrongWith(ctx, {})).toBe("approval_required");
  });
});
