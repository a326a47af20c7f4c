import { beforeEach, describe, expect, it } from "vitest";
import { agentsText } from "../../../src/domain/numbers/answering-agents.ts";
import { detectDrift } from "../../../src/operations/drift/detect-drift.ts";
import { numberLock } from "../../../src/operations/shared/locks.ts";
import { notedLocks } from "../../support/locks.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

/** Puts on record that the number was given an agent, and how that ended. */
async function changed(
  to: string | null,
  outcome: "applied" | "unknown" | "refused" = "applied",
): Promise<void> {
  const changeId = world.ctx.newId("chg");
  const { requested } = await world.record(changeId, "agent_x", to ?? "agent_a");
  const { audit } = world.ctx.workspace;
  if (to !== null) {
    await audit.append({ ...requested, kind: "change.outcome", outcome });
    return;
  }
  const detach = {
    ...requested,
    requestId: changeId,
    changeId: `${changeId}_detach`,
    wanted: { agent: null },
  };
  await audit.append({ ...requested, kind: "change.outcome", outcome: "refused" });
  await audit.append({ ...detach, kind: "change.requested" });
  await audit.append({ ...detach, kind: "change.outcome", outcome });
}

const shared = (share: number): string =>
  agentsText([
    { id: "agent_a", share },
    { id: "agent_b", share: 1 - share },
  ]);
const shows = (agent: string | null): void => {
  world.shown = { ...worldNumber, agent: agent === null ? null : { id: agent } };
};
const exist = (...ids: string[]): void => {
  world.agents = ids.map((id) => ({ id, name: `Agent ${id}` }));
};
const look = async () => {
  await detectDrift(world.ctx);
  return (await world.ctx.workspace.drifts.list()).map(({ drift }) => drift);
};
const seen = async () =>
  (await world.ctx.workspace.audit.entries({ limit: 100 })).filter(({ kind }) => kind === "drift.seen");

describe("drift detection", () => {
  beforeEach(() => exist("agent_a", "agent_b", "agent_c"));

  it("finds nothing if a number is as its last change left it", async () => {
    await changed("agent_a");
    expect(await look()).toEqual([]);
    expect(await seen()).toEqual([]);
  });

  it("finds an agent that was changed elsewhere, and records it once for each change", async () => {
    await changed("agent_b");
    expect(await look()).toMatchObject([{ kind: "changed_elsewhere", now: "agent_a", left: "agent_b" }]);
    await look();
    expect(await seen()).toHaveLength(1);
    shows("agent_c");
    expect(await look()).toMatchObject([{ now: "agent_c" }]);
    expect(await seen()).toHaveLength(2);
  });

  it("finds other shares of the same agents, and names each agent", async () => {
    const [left, now] = [shared(0.5), shared(0.9)];
    await changed(left);
    shows(now);
    expect(await look()).toMatchObject([
      {
        kind: "changed_elsewhere",
        now,
        left,
        labels: { agent_a: "Agent agent_a", agent_b: "Agent agent_b" },
      },
    ]);
    shows(left);
    expect(await look()).toEqual([]);
  });

  it("finds that one of several agents is gone", async () => {
    await changed(shared(0.5));
    shows(shared(0.5));
    exist("agent_a");
    expect(await look()).toMatchObject([{ kind: "agent_gone", why: expect.stringContaining("agent_b") }]);
  });

  it("expects the version that the vendor has shown after the change", async () => {
    const { requested } = await world.record("chg_1", "agent_x", "agent_b");
    const shown = agentsText([{ id: "agent_b", version: 4, share: 1 }]);
    await world.ctx.workspace.audit.append({
      ...requested,
      kind: "change.outcome",
      outcome: "applied",
      after: { agent: shown },
    });
    shows(shown);
    expect(await look()).toEqual([]);
  });

  it("does not report a number without an agent that something else answers", async () => {
    await changed(null);
    const chooser = "the webhook at hooks.example";
    world.shown = { ...worldNumber, agent: null, chooser };
    expect(await look()).toEqual([]);
    await changed("agent_b");
    expect(await look()).toMatchObject([{ kind: "changed_elsewhere", now: null, why: chooser }]);
  });

  it("finds that something else answers in place of the agent, even if no agent is shown", async () => {
    await changed("agent_b");
    world.shown = { ...worldNumber, agent: undefined, answeredBy: "a relay" };
    expect(await look()).toMatchObject([{ kind: "changed_elsewhere", now: null, why: "a relay" }]);
    world.shown = { ...worldNumber, agent: undefined };
    expect(await look()).toEqual([]);
  });

  it("finds a change to an agent that only a single read shows", async () => {
    await changed("agent_b");
    world.listedAgents = [{ id: "agent_b", name: "Agent agent_b" }];
    expect(await look()).toMatchObject([{ kind: "changed_elsewhere", now: "agent_a", left: "agent_b" }]);
    await look();
    expect(await seen()).toHaveLength(1);
  });

  it("forgets a finding once the number is restored, and finds new drift later", async () => {
    await changed("agent_b");
    await look();
    shows("agent_b");
    expect(await look()).toEqual([]);
    shows("agent_a");
    await look();
    expect(await seen()).toHaveLength(2);
  });

  it("reads a number under the lock under which it is changed", async () => {
    const { requested } = await world.record("chg_1", "agent_x", "agent_b");
    await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "applied" });
    const { connectionId = "", numberId = "" } = requested.number ?? {};
    const { locks, taken } = notedLocks();
    await detectDrift({ ...world.ctx, locks });
    expect(taken).toEqual([numberLock(world.ctx, { connectionId, numberId })]);
  });

  it("forgets a finding if a newer change through Patchbay has corrected it", async () => {
    await changed("agent_b");
    await look();
    await changed("agent_a");
    expect(await look()).toEqual([]);
  });

  it("finds nothing for a change that was refused or has an unknown outcome", async () => {
    await changed("agent_a");
    await changed("agent_b", "refused");
    expect(await look()).toEqual([]);
    await changed("agent_c", "unknown");
    expect(await look()).toEqual([]);
  });

  it("finds a number without an agent, unless Patchbay left it like that", async () => {
    await changed("agent_b");
    shows(null);
    expect(await look()).toMatchObject([{ kind: "nobody", now: null, left: "agent_b" }]);
    await changed(null);
    expect(await look()).toEqual([]);
  });

  it("finds an agent that no longer exists, if the vendor lists its agents", async () => {
    await changed("agent_a");
    exist("agent_b");
    expect(await look()).toMatchObject([{ kind: "agent_gone", now: "agent_a" }]);
    world.agents = undefined;
    expect(await look()).toMatchObject([{ kind: "agent_gone" }]);
    expect(await seen()).toHaveLength(1);
  });

  it("does not mistake an outage for drift, and keeps its findings", async () => {
    await changed("agent_b");
    await look();
    world.shown = undefined;
    expect(await look()).toHaveLength(1);
    expect(await seen()).toHaveLength(1);
  });

  it("checks numbers that were never changed through Patchbay only if the workspace wants that", async () => {
    shows(null);
    expect(await look()).toEqual([]);
    const event = { actor: { kind: "cli", osUser: "test" }, requestId: "req_1" } as const;
    await world.ctx.workspace.settings.write({ drift: "all" }, event);
    expect(await look()).toMatchObject([{ kind: "nobody" }]);
  });

  it("forgets findings of a removed connection", async () => {
    await changed("agent_b");
    const [found] = await look();
    await world.ctx.workspace.connections.remove(found?.key.connectionId ?? "");
    expect(await look()).toEqual([]);
  });

  it("does not mistake a change through Patchbay during the read for drift", async () => {
    await changed("agent_a");
    const stale = { ...worldNumber, agent: { id: "agent_b" } };
    world.listed = [stale];
    expect(await look()).toEqual([]);
    expect(await seen()).toEqual([]);
  });
});
