import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Outcome } from "../../../src/domain/audit/audit-log.ts";
import { reconcileOutcome } from "../../../src/operations/change/reconcile-outcome.ts";
import { numberLock } from "../../../src/operations/shared/locks.ts";
import { notedLocks } from "../../support/locks.ts";
import { minute } from "../../support/fixtures.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

const answeredBy = (id: string) => ({ ...worldNumber, agent: { id } });

/** Writes down how a change ended. */
const ended = async (changeId: string, outcome: Outcome): Promise<void> => {
  const {
    sequence: _,
    at: __,
    id: ___,
    ...requested
  } = (await world.ctx.workspace.audit.change(changeId)).requested;
  await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome });
};

describe("a check of a change without an outcome", () => {
  it("finds it applied if the number has the requested state", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    world.shown = answeredBy("agent_b");
    const { record, changed, nextInMs } = await reconcileOutcome(world.ctx, "chg_1");
    expect(changed).toBe(true);
    expect(nextInMs).toBeUndefined();
    expect(record.outcome).toMatchObject({
      outcome: "applied",
      after: { agent: "agent_b" },
      actor: { job: "settle" },
    });
  });

  it("leaves the vendor's answer that a server recorded which had lost the lock", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    world.shown = answeredBy("agent_b");
    const { audit } = world.ctx.workspace;
    const read = audit.change.bind(audit);
    // The second one is read under the lock.
    vi.spyOn(audit, "change")
      .mockImplementationOnce(read)
      .mockImplementationOnce(async (changeId) => {
        const record = await read(changeId);
        await ended(changeId, "refused");
        return record;
      });
    expect(await reconcileOutcome(world.ctx, "chg_1")).toMatchObject({
      changed: false,
      nextInMs: undefined,
      record: { outcome: { outcome: "refused" } },
    });
    expect(await audit.entries({ limit: 10 })).toHaveLength(2);
  });

  it("leaves it unknown while the number differs, and records that once", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    expect(await reconcileOutcome(world.ctx, "chg_1")).toMatchObject({
      changed: true,
      record: { outcome: { outcome: "unknown" } },
    });
    await world.pass(2000);
    expect(await reconcileOutcome(world.ctx, "chg_1")).toMatchObject({ changed: false });
    expect(await world.ctx.workspace.audit.entries({ limit: 10 })).toHaveLength(2);
  });

  it("accepts what the vendor shows after an hour", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    await world.pass(60 * minute);
    const { record } = await reconcileOutcome(world.ctx, "chg_1");
    expect(record.outcome).toMatchObject({ outcome: "refused", problem: { code: "vendor_ignored" } });
    expect(record.outcome?.problem?.message).toContain("not applied as far as the vendor shows");
  });

  it("never draws a verdict from a failed read", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    world.shown = undefined;
    await world.pass(2 * 60 * minute);
    expect(await reconcileOutcome(world.ctx, "chg_1")).toMatchObject({
      record: { outcome: { outcome: "unknown" } },
    });
  });

  it("never draws a verdict from a number that does not report its agent", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    world.shown = { ...worldNumber, agent: undefined };
    await world.pass(2 * 60 * minute);
    expect(await reconcileOutcome(world.ctx, "chg_1")).toMatchObject({
      record: { outcome: { outcome: "unknown" } },
    });
  });

  // B3
  it("ends without a verdict if the vendor shows the changed field neither before nor after", async () => {
    const { sequence: _, at: __, id: ___, ...like } = (await world.record("chg_0", "a", "b")).requested;
    const label = { before: {}, wanted: { "field.label": "desk" } };
    await world.ctx.workspace.audit.append({
      ...like,
      ...label,
      requestId: "req_other",
      changeId: "chg_1",
      change: "edit",
    });
    const { record, nextInMs } = await reconcileOutcome(world.ctx, "chg_1");
    expect(record.outcome).toMatchObject({ outcome: "unknown", problem: { code: "outcome_unknown" } });
    expect(record.outcome?.problem?.message).toContain("Nobody can tell");
    expect(nextInMs).toBeUndefined();
  });

  it("judges it by what a later change found, not by that change's own work", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    await world.record("chg_2", "agent_b", "agent_c");
    world.shown = answeredBy("agent_c");
    expect((await reconcileOutcome(world.ctx, "chg_1")).record.outcome?.outcome).toBe("applied");
    await world.record("chg_3", "agent_c", "agent_d");
    await world.record("chg_4", "agent_c", "agent_e");
    await ended("chg_4", "applied");
    expect((await reconcileOutcome(world.ctx, "chg_3")).record.outcome?.outcome).toBe("refused");
  });

  // B5
  it("concludes nothing from what a later change read if that had no effect itself", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    await world.record("chg_2", "agent_a", "agent_c");
    await ended("chg_2", "refused");
    expect((await reconcileOutcome(world.ctx, "chg_1")).record.outcome?.outcome).toBe("unknown");
    world.shown = answeredBy("agent_b");
    expect((await reconcileOutcome(world.ctx, "chg_1")).record.outcome?.outcome).toBe("applied");
  });

  // B5
  it("finds it applied if a later, refused change has read that state", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    await world.record("chg_2", "agent_b", "agent_c");
    await ended("chg_2", "refused");
    world.shown = answeredBy("agent_d");
    expect((await reconcileOutcome(world.ctx, "chg_1")).record.outcome?.outcome).toBe("applied");
  });

  it("delays no change of the number while it waits for the vendor", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const account = world.ctx.accounts.trial("cartesia", {});
    const slow = {
      ...account,
      getNumber: async () => {
        await answered;
        return answeredBy("agent_b");
      },
    };
    const ctx = { ...world.ctx, accounts: { ...world.ctx.accounts, open: () => slow } };
    const looking = reconcileOutcome(ctx, "chg_1");
    const { number } = (await world.ctx.workspace.audit.change("chg_1")).requested;
    const { connectionId = "", numberId = "" } = number ?? {};
    const lock = numberLock(ctx, { connectionId, numberId });
    expect(await ctx.locks.withLock(lock, async () => "changed")).toBe("changed");
    answer();
    expect((await looking).record.outcome?.outcome).toBe("applied");
  });

  it("takes the lock under which the number is changed", async () => {
    const { requested } = await world.record("chg_1", "agent_a", "agent_b");
    world.shown = answeredBy("agent_b");
    const { connectionId = "", numberId = "" } = requested.number ?? {};
    const { locks, taken } = notedLocks();
    await reconcileOutcome({ ...world.ctx, locks }, "chg_1");
    expect(taken).toEqual([numberLock(world.ctx, { connectionId, numberId })]);
  });

  it("leaves a change alone whose outcome is known", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    world.shown = answeredBy("agent_b");
    await reconcileOutcome(world.ctx, "chg_1");
    world.shown = answeredBy("agent_a");
    expect(await reconcileOutcome(world.ctx, "chg_1")).toMatchObject({
      changed: false,
      record: { outcome: { outcome: "applied" } },
    });
  });
});

it("ends with a message, and is not checked again, if its connection was removed", async () => {
  await world.record("chg_gone", "agent_a", "agent_b");
  for (const { id } of await world.ctx.workspace.connections.list())
    await world.ctx.workspace.connections.remove(id);
  const look = await reconcileOutcome(world.ctx, "chg_gone");
  expect(look).toMatchObject({ changed: true, nextInMs: undefined });
  expect(look.record.outcome).toMatchObject({
    outcome: "unknown",
    problem: { message: "Its connection was removed, so nobody can look any more." },
  });
  expect(await reconcileOutcome(world.ctx, "chg_gone")).toMatchObject({
    changed: false,
    nextInMs: undefined,
  });
});
