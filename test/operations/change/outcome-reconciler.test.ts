import { once } from "node:events";
import { beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { yieldToEventLoop as nextTurn } from "../../../src/domain/shared/event-loop.ts";
import { nextCheckMs } from "../../../src/operations/change/reconcile-schedule.ts";
import { outcomeReconciler } from "../../../src/operations/change/outcome-reconciler.ts";
import { minute } from "../../support/fixtures.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

const answeredBy = (id: string) => ({ ...worldNumber, agent: { id } });

it("checks at once, after 2, 10, 30 and 60 s, and then every 5 min for a day", () => {
  const looks = [0];
  for (let age = 0; ;) {
    const inMs = nextCheckMs(age);
    if (inMs === undefined) break;
    looks.push((age += inMs));
  }
  expect(looks.slice(0, 7)).toEqual([0, 2000, 10_000, 30_000, minute, 5 * minute, 10 * minute]);
  expect(looks.at(-1)).toBe(24 * 60 * minute);
});

describe("the reconciler", () => {
  const outcomes: (string | undefined)[] = [];
  const start = (clock = { isSkewed: () => false }, telling = async (): Promise<void> => undefined) => {
    outcomes.length = 0;
    return outcomeReconciler({
      queue: world.store.work,
      log: world.ctx.log,
      timer: world.timer,
      now: world.now,
      clock,
      contextFor: () => world.ctx,
      onChanged: async (_workspace, { outcome }) => {
        outcomes.push(outcome?.outcome);
        await telling();
      },
      track: () => undefined,
    });
  };

  /** Starts the reconciler of a new process, which takes over what the one before it left. */
  const startNext = async (...options: Parameters<typeof start>): Promise<void> => {
    await world.store.work.takeOver(["outcome"]);
    await start(...options).start();
  };

  it("continues at the start what an earlier process left, and reports each new outcome", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    await startNext();
    await world.pass(9000);
    expect(outcomes).toEqual(["unknown"]);
    world.shown = answeredBy("agent_b");
    await world.pass(2000);
    expect(outcomes).toEqual(["unknown", "applied"]);
  });

  it("checks a change again only after its last report, so that reports stay in order", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    const told = new AbortController();
    await startNext(undefined, async () => {
      if (!told.signal.aborted) await once(told.signal, "abort");
    });
    await world.pass(5000);
    world.shown = answeredBy("agent_b");
    await world.pass(minute);
    expect(outcomes).toEqual(["unknown"]);
    told.abort();
    await nextTurn();
    await world.pass(minute);
    expect(outcomes).toEqual(["unknown", "applied"]);
  });

  it("decides after an hour and stops checking", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    await startNext();
    await world.pass(61 * minute);
    world.shown = answeredBy("agent_b");
    await world.pass(60 * minute);
    expect(outcomes).toEqual(["unknown", "refused"]);
  });

  // C1
  it.each([
    ["an hour ahead", 60 * minute],
    ["a day behind", -24 * 60 * minute],
    ["a month ahead", 30 * 24 * 60 * minute],
  ])(
    "keeps its schedule when the clock was %s and is corrected, even after a restart",
    async (_how, wrongBy) => {
      world.setClock(wrongBy);
      await world.record("chg_1", "agent_a", "agent_b");
      const first = start();
      first.watch("T1", "chg_1");
      await world.pass(1000);
      world.setClock(0);
      await world.pass(4000);
      first.stop();
      await startNext();
      await world.pass(1000);
      world.shown = answeredBy("agent_b");
      await world.pass(5 * minute);
      expect(outcomes).toEqual(["applied"]);
    },
  );

  // C1
  it.each([
    ["ahead", 24 * 60 * minute],
    ["back", -24 * 60 * minute],
  ])("concludes nothing early or late when the clock is set %s meanwhile", async (_how, wrongBy) => {
    await world.record("chg_1", "agent_a", "agent_b");
    start().watch("T1", "chg_1");
    await world.pass(1000);
    world.setClock(wrongBy);
    await world.pass(58 * minute);
    expect(outcomes).toEqual(["unknown"]);
    await world.pass(6 * minute);
    expect(outcomes).toEqual(["unknown", "refused"]);
    const [entry] = await world.ctx.workspace.audit.entries({ limit: 1 });
    expect(entry?.durationMs).toBe(60 * minute);
  });

  // C1
  it("treats no change as old by a clock that is known to be wrong", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    world.setClock(2 * 60 * minute);
    await startNext({ isSkewed: () => true });
    await world.pass(minute);
    expect(outcomes).toEqual(["unknown"]);
  });

  it("stops checking once it is stopped", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    const reconciler = start();
    reconciler.watch("T1", "chg_1");
    reconciler.stop();
    await world.pass(minute);
    expect(outcomes).toEqual([]);
  });

  it("logs that an outcome cannot be recorded, and retries", async () => {
    await world.record("chg_1", "agent_a", "agent_b");
    const { audit } = world.ctx.workspace;
    const works = audit.settle;
    Object.assign(audit, {
      settle: async () => {
        throw new Problem("not_recorded", "The disk is full.");
      },
    });
    start().watch("T1", "chg_1");
    await world.pass(1000);
    await world.pass(29_000);
    expect(world.log.some(({ level }) => level === "error")).toBe(true);
    Object.assign(audit, { settle: works });
    await world.pass(30_000);
    expect(outcomes).toEqual(["unknown"]);
  });
});
