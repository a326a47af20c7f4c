import { beforeEach, describe, expect, it } from "vitest";
import type { ChangeRecord } from "../../../src/domain/audit/audit-log.ts";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { planRevertSteps } from "../../../src/operations/runs/plan-revert.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

let world: World;
let records: ChangeRecord[];
beforeEach(async () => {
  world = await startWorld();
  records = [];
  world.agents = ["agent_a", "agent_b", "agent_c"].map((id) => ({ id, name: id }));
});

/** Puts a change of the agent on record, and how it ended. */
async function change(from: string, to: string, outcome?: "applied" | "refused" | "unknown"): Promise<void> {
  const { requested } = await world.record(world.ctx.newId("chg"), from, to);
  const { audit } = world.ctx.workspace;
  if (outcome) await audit.append({ ...requested, kind: "change.outcome", outcome });
  records.push(await audit.change(requested.changeId ?? ""));
}

const shows = (agent: string): void => {
  world.shown = { ...worldNumber, agent: { id: agent } };
};
const look = async () => planRevertSteps(world.ctx, records);

describe("the combined effect of changes", () => {
  it("is reverted to the state before the first, by one change", async () => {
    await change("agent_a", "agent_b", "applied");
    await change("agent_b", "agent_c", "applied");
    await change("agent_c", "agent_b", "refused");
    shows("agent_c");
    expect(await look()).toMatchObject([
      {
        first: { agent: "agent_a" },
        last: { agent: "agent_c" },
        now: { agent: "agent_c" },
        change: { kind: "reassign", agentId: "agent_a" },
        undoes: records[1]?.requested.changeId,
        verdict: { kind: "will_revert" },
      },
    ]);
  });

  it.each(["unknown", undefined] as const)(
    "is left alone while the outcome of one is %s",
    async (outcome) => {
      await change("agent_a", "agent_b", "applied");
      await change("agent_b", "agent_c", outcome);
      shows("agent_c");
      const [step] = await look();
      expect(step?.verdict).toEqual({ kind: "unknown" });
      expect(step?.change).toBeUndefined();
      shows("agent_a");
      expect(await look()).toMatchObject([{ verdict: { kind: "already_so" } }]);
    },
  );

  it("is empty for refused changes", async () => {
    await change("agent_a", "agent_b", "refused");
    expect(await look()).toEqual([]);
  });

  it("is left alone if a later change has the same result, because that is a newer decision", async () => {
    await change("agent_a", "agent_b", "applied");
    const ours = [...records];
    await change("agent_b", "agent_c", "applied");
    await change("agent_c", "agent_b", "applied");
    shows("agent_b");
    records = ours;
    expect(await look()).toMatchObject([{ verdict: { kind: "moved", by: "U1@T1" } }]);
  });

  it("is reverted if the later change was undone", async () => {
    await change("agent_a", "agent_b", "applied");
    const ours = [...records];
    await change("agent_b", "agent_c", "applied");
    const [, later] = records;
    if (!later) throw new Error("there are two changes");
    const undoes = later.requested.changeId ?? "";
    const undo = { ...later.requested, requestId: "req_undo", changeId: "chg_undo", details: { undoes } };
    await world.ctx.workspace.audit.append({ ...undo, wanted: { agent: "agent_b" } });
    shows("agent_b");
    records = ours;
    expect(await look()).toMatchObject([{ verdict: { kind: "will_revert" } }]);
  });

  it("leaves a number that is gone for good, so that nobody has to try again", async () => {
    await change("agent_a", "agent_b", "applied");
    const { accounts } = world.ctx;
    const gone = async (): Promise<never> => {
      throw new Problem("not_found", "There is no such number.");
    };
    const open: typeof accounts.open = (...given) => ({ ...accounts.open(...given), getNumber: gone });
    const steps = await planRevertSteps({ ...world.ctx, accounts: { ...accounts, open } }, records);
    expect(steps).toMatchObject([{ verdict: { kind: "cannot", why: "There is no such number." } }]);
  });

  it("says that a number cannot be read, and changes nothing", async () => {
    await change("agent_a", "agent_b", "applied");
    world.shown = undefined;
    expect(await look()).toMatchObject([{ verdict: { kind: "unread", why: "The vendor is down." } }]);
  });
});
