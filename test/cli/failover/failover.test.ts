import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { workspace } from "../cli-harness.ts";
import { exportPlan, good, harnessWith, importPlan } from "./plan-file-harness.ts";

describe("patchbay failover", () => {
  it("imports a plan, records that, and counts its revisions", async () => {
    const { harness, file } = await harnessWith(good);
    expect(await importPlan(harness, file)).toEqual({
      exitCode: 0,
      out: "Saved cartesia-down, revision 1: 3 numbers.\n",
      err: "",
    });
    expect((await importPlan(harness, file)).out).toContain("revision 2");
    const { plans, audit, connections } = harness.infra().store.workspace(workspace);
    const [connection] = await connections.list();
    expect((await plans.get("cartesia-down")).plan).toMatchObject({
      defaultForMs: 90 * 60_000,
      stop: { inARow: 2, percentOfTier: 20, atLeast: 3 },
      tiers: [
        { name: "canary", askBeforeNext: true, members: [{ connectionId: connection?.id }] },
        { name: "rest", members: [{ numberId: "4155550100" }, { change: { kind: "detach" } }] },
      ],
    });
    expect((await audit.entries({ limit: 1 }))[0]).toMatchObject({
      kind: "plan.saved",
      actor: { kind: "cli", osUser: "ops" },
      details: { revision: "2" },
    });
    expect(harness.vendor.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
  });

  it("keeps the approval of a plan out of its file, and says that saving it has ended the approval", async () => {
    const { harness, file } = await harnessWith(good);
    await importPlan(harness, file);
    const { planStates } = harness.infra().store.workspace(workspace);
    const approval = { id: "apr_1", revision: 1, at: new Date(0).toISOString(), by: "U1", numbers: [] };
    await planStates.approve("cartesia-down", approval, {
      kind: "plan.approved",
      actor: { kind: "user", userId: "U1", workspaceId: workspace },
      requestId: "req_approved",
      details: {
        plan: "cartesia-down",
        revision: "1",
        title: "",
        approval: "apr_1",
        protected: "0",
        until: "",
      },
    });
    expect((await exportPlan(harness)).out).not.toMatch(/approv|apr_1/u);
    expect((await importPlan(harness, file)).out).toBe(
      "Saved cartesia-down, revision 2: 3 numbers.\nIts approval has ended: an approver has to approve this revision in Slack.\n",
    );
    expect((await importPlan(harness, file)).out).toBe("Saved cartesia-down, revision 3: 3 numbers.\n");
    writeFileSync(file, `${good}approval: {by: U1, revision: 1}\n`);
    expect((await importPlan(harness, file)).err).toContain("A plan has no “approval” here");
  });

  it("exports exactly what it imports, with the tiers that wait for a first call", async () => {
    const few =
      "few\n    proof: read_back\n    numbers:\n      - {number: pn_4, connection: Cartesia prod, to: agent_b}";
    const proofs = `${good.replace("name: rest", `name: ${few}\n  - name: rest`)}proof: first_call\n`;
    const linked = proofs.replace("when: ", "runbook: https://wiki.example.com/r\nwhen: ");
    const { harness, file } = await harnessWith(linked);
    await importPlan(harness, file);
    const { plans } = harness.infra().store.workspace(workspace);
    const before = await plans.get("cartesia-down");
    expect(before.plan.tiers.map(({ awaitsFirstCall }) => awaitsFirstCall)).toEqual([
      true,
      undefined,
      undefined,
    ]);
    const exported = await exportPlan(harness);
    expect(exported.out).toContain("connection: Cartesia prod");
    expect(exported.out).toContain("runbook: https://wiki.example.com/r\n");
    writeFileSync(file, exported.out);
    expect((await importPlan(harness, file)).exitCode).toBe(0);
    expect((await plans.get("cartesia-down")).plan).toEqual(before.plan);
    const output = `${file}.copy`;
    await exportPlan(harness, "--output", output);
    expect(readFileSync(output, "utf8")).toBe(exported.out);
    expect((await exportPlan(harness, "--output", output)).exitCode).toBe(1);
  });

  it("names the plans that there are if there is no such plan", async () => {
    const { harness, file } = await harnessWith(good);
    await importPlan(harness, file);
    const { exitCode, err } = await harness.run(["failover", "export", "cartesia", "--workspace", workspace]);
    expect(exitCode).toBe(3);
    expect(err).toContain("Did you mean cartesia-down?");
  });
});
