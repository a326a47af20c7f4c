import { beforeEach, describe, expect, it } from "vitest";
import type { RequestedRun } from "../../../src/domain/changes/approval.ts";
import { runCover } from "../../../src/operations/access/run-approval.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import { startWorld, type World } from "../../support/world.ts";
import {
  approveRun,
  entry,
  key,
  person,
  request,
  silentSlack,
  step,
  wrongWith,
} from "../../support/run-approval.ts";

let world: World;
let ctx: Context;
beforeEach(async () => {
  world = await startWorld();
  ctx = { ...world.ctx, actor: person("U1") };
});

describe("the way back", () => {
  const changedBy = async (details: Readonly<Record<string, string>>): Promise<void> => {
    await ctx.workspace.audit.append({
      kind: "change.requested",
      actor: person("U1"),
      requestId: ctx.newId("req"),
      changeId: "chg_there",
      number: key,
      before: { agent: "agent_a" },
      wanted: { agent: "agent_b" },
      details,
    });
  };
  const beginBack = async (approval: "change" | "run" = "change", linked?: string): Promise<void> => {
    const { runs } = ctx.workspace;
    const back = runStepOf("num_1", {
      approval,
      undoes: "chg_there",
      verdict: { kind: "will_revert" },
    });
    await runs.show(failoverOf("run_0", []));
    await runs.show(failoverOf("run_1", [back], { kind: "back", returns: "run_0" }));
    const event = { ...entry, kind: "failover.begun" } as const;
    await runs.begin("run_1", { userId: "U1" }, event, { approval: linked });
  };

  it("is covered by the approval of the change that it takes back", async () => {
    await changedBy({ run: "run_0", approval: "apr_1", approvedBy: "U2" });
    await beginBack();
    expect(await runCover(ctx, request, step)).toEqual({
      details: { approval: "apr_1", approvedBy: "U2" },
      approvals: Infinity,
    });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["that nobody approved", { run: "run_0" }],
    ["of another run", { run: "run_9", approval: "apr_1", approvedBy: "U2" }],
    ["of no run", { approval: "apr_1", approvedBy: "U2" }],
  ])("is not covered for a change %s", async (_what, details) => {
    await changedBy(details);
    await beginBack();
    expect(await wrongWith(ctx, {})).toBe("approval_required");
  });

  it("is covered by a request for the fail-back, if nobody approved the change", async () => {
    await changedBy({ run: "run_0" });
    await approveRun(ctx, "U2", { kind: "back" });
    await beginBack("run", "apr_1");
    expect(await runCover(ctx, request, step)).toEqual({
      details: { approval: "apr_1", approvedBy: "U2" },
      approvals: 1,
    });
    expect(await wrongWith(ctx, { change: { kind: "reassign", agentId: "agent_c" } })).toBe(
      "approval_required",
    );
    expect(await wrongWith(silentSlack(ctx))).toBe("approval_required");
    expect(await wrongWith({ ...ctx, workspace: world.store.workspace("T2") })).toBe("approval_required");
  });

  it.each<[string, string, Partial<RequestedRun>, string | undefined]>([
    ["one's own", "U1", {}, "apr_1"],
    ["one for another run", "U2", { runId: "run_2" }, "apr_1"],
    ["one that it did not begin with", "U2", {}, undefined],
    ["one that does not exist", "U2", {}, "apr_2"],
  ])("is not covered by a request that is %s", async (_what, by, asked, linked) => {
    await changedBy({ run: "run_0" });
    await approveRun(ctx, by, { kind: "back", ...asked });
    await beginBack("run", linked);
    expect(await wrongWith(ctx, {})).toBe("approval_required");
  });

  it("keeps the approval of its change, no matter who approved the rest", async () => {
    await changedBy({ run: "run_0", approval: "apr_0", approvedBy: "U3" });
    await approveRun(ctx, "U1", { kind: "back" });
    await beginBack("change", "apr_1");
    expect(await runCover(ctx, request, step)).toEqual({
      details: { approval: "apr_0", approvedBy: "U3" },
      approvals: Infinity,
    });
  });
});
