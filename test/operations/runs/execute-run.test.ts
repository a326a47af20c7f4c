import { beforeEach, expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import type { PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";
import type { RunRequester } from "../../../src/domain/runs/run.ts";
import type { RunStep } from "../../../src/domain/runs/run-step.ts";
import { pauseText } from "../../../src/domain/runs/pause-text.ts";
import { executeRun } from "../../../src/operations/runs/execute-run.ts";
import { resumeRun } from "../../../src/operations/runs/steer-run.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { failoverOf, failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

const by = { userId: "U1", channelId: "C1" };
const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
const entry = { actor, requestId: "req_1" } as const;
const begun = { ...entry, kind: "failover.begun" } as const;
const paused = { ...entry, kind: "failover.paused" } as const;
const resumed = { ...entry, kind: "failover.resumed" } as const;
const numbers = Array.from({ length: 20 }, (_, n) => `pn_${n}`);
let world: World;
beforeEach(async () => {
  world = await startWorld();
});

const runs = () => world.ctx.workspace.runs;

/** A failover of many numbers in one tier that pauses after two failures in a row. */
async function begin(more: Partial<RunStep> = {}): Promise<void> {
  const [connection] = await world.ctx.workspace.connections.list();
  const connectionId = connection?.id ?? "";
  const steps = numbers.map((numberId) => runStepOf(numberId, { key: { connectionId, numberId }, ...more }));
  const terms = { ...failoverTerms, tiers: [{ name: "all" }], stop: { inARow: 2, ofATier: 1, atLeast: 9 } };
  await runs().show(failoverOf("run_1", steps, { terms }));
  await runs().begin("run_1", by, begun);
}

async function pauseAndResume(continuedBy: RunRequester = by): Promise<void> {
  await runs().pause("run_1", { why: "asked", at: world.now().toISOString() }, paused);
  await runs().resume("run_1", { without: false, by: continuedBy }, resumed);
}

/** The world's context, with what happens when a number is read. */
function reading(read: (id: string) => Promise<PhoneNumber>, now = world.ctx.now): Context {
  const { accounts } = world.ctx;
  const open: typeof accounts.open = (...given) => ({ ...accounts.open(...given), getNumber: read });
  return { ...world.ctx, now, accounts: { ...accounts, open } };
}

const gone = async (): Promise<never> => {
  throw new Problem("not_found", "The number is gone.");
};

const codes = async () => (await runs().get("run_1")).steps.map(({ result }) => result?.code);

it("begins no step from what it had read once somebody paused and continued the run elsewhere", async () => {
  await begin();
  world.agents = [{ id: "agent_a", name: "A" }];
  let isFirst = true;
  const ctx = reading(async (id) => {
    if (isFirst) {
      isFirst = false;
      await pauseAndResume();
    }
    return { ...worldNumber, id };
  });
  const run = await executeRun(ctx, "run_1");
  expect(run.state).toBe("running");
  expect(await codes()).toContain(undefined);
  await executeRun(ctx, "run_1");
  expect(new Set(await codes())).toEqual(new Set(["nothing_to_change"]));
});

/** Protects all numbers of the connection. */
async function protectAll(): Promise<void> {
  const { connections, protections, settings } = world.ctx.workspace;
  const [connection] = await connections.list();
  const system = { actor: { kind: "system", job: "test" }, requestId: "req_2" } as const;
  await settings.write({ protection: { on: true, minutes: 30, breakGlass: false } }, system);
  const protection = { connectionId: connection?.id ?? "", title: "prod", at: world.now().toISOString() };
  await protections.set({ ...protection, approvals: 1 }, { ...system, kind: "protection.set" });
}

it.each([
  ["paused", async () => runs().pause("run_1", { why: "asked", at: world.now().toISOString() }, paused)],
  ["paused and continued by somebody else", async () => pauseAndResume({ userId: "U2" })],
])(
  "leaves an approved step for later if the run is %s while its approval is checked",
  async (_how, happens) => {
    await protectAll();
    await begin({ approval: "plan" });
    world.agents = [{ id: "agent_a", name: "A" }];
    let isFirst = true;
    const ctx = reading(async (id) => {
      if (isFirst) await happens();
      isFirst = false;
      return { ...worldNumber, id, agent: { id: "agent_b" } };
    });
    await executeRun({ ...ctx, actor }, "run_1");
    expect(new Set(await codes())).toEqual(new Set([undefined]));
  },
);

it("counts failures since somebody continued it, even while this server's clock is behind", async () => {
  await begin();
  await pauseAndResume();
  const anHourAgo = (): Date => new Date(world.now().getTime() - 3_600_000);
  const { state, status } = await executeRun(reading(gone, anHourAgo), "run_1");
  expect([state, status.paused?.why]).toEqual(["paused", "in_a_row"]);
});

it("counts no failure from before that, even if the clock of that server was ahead", async () => {
  await begin();
  const at = new Date(world.now().getTime() + 3_600_000).toISOString();
  const failed = { outcome: "refused", code: "not_found", at, resumes: 0 } as const;
  await runs().noteStep("run_1", 0, { ...failed, order: 1 });
  await pauseAndResume();
  for (const [position] of numbers.entries())
    if (position > 1) await runs().noteStep("run_1", position, { outcome: "refused", code: "conflict" });
  const { state, steps } = await executeRun(reading(gone), "run_1");
  expect(state).toBe("running");
  expect(steps[1]?.result).toMatchObject({ code: "not_found", order: 2, resumes: 1 });
});

it("does not pause a run for what somebody has seen when they continued it", async () => {
  await begin();
  const event = {
    ...paused,
    details: { run: "run_1", kind: "failover", changed: "0", of: "4", seconds: "0", why: "canary" },
  } as const;
  await pauseAndResume();
  const pause = { why: "in_a_row", at: world.now().toISOString() } as const;
  expect(await runs().pause("run_1", pause, event, 0)).toBe(false);
  expect(await runs().pause("run_1", pause, event, 1)).toBe(true);
});

it("pauses for a failure after which the server before it stopped", async () => {
  await begin();
  const failed = { outcome: "refused", code: "not_found", resumes: 0 } as const;
  for (const order of [1, 2]) await runs().noteStep("run_1", order - 1, { ...failed, order });
  let isRead = false;
  const ctx = reading(async () => {
    isRead = true;
    return gone();
  });
  const { state, status } = await executeRun(ctx, "run_1");
  expect([state, status.paused?.why, isRead]).toEqual(["paused", "in_a_row", false]);
});

it("takes the outcome of a change that the server before it sent after this one had looked for it", async () => {
  await begin();
  world.agents = [{ id: "agent_a", name: "A" }];
  const { audit } = world.ctx.workspace;
  const [step] = (await runs().get("run_1")).steps;
  const ctx = reading(async (id) => {
    const sent = { ...entry, changeId: step?.changeId ?? "", change: "reassign", number: step?.key } as const;
    if (id === step?.key.numberId) {
      await audit.append({ ...sent, kind: "change.requested", requestId: "req_of_another" });
      await audit.append({ ...sent, kind: "change.outcome", outcome: "applied" });
    }
    return { ...worldNumber, id };
  });
  await executeRun(ctx, "run_1");
  const [first, second] = (await runs().get("run_1")).steps;
  expect([first?.result?.outcome, second?.result?.code]).toEqual(["applied", "nothing_to_change"]);
});

it("pauses once the person it runs for is no operator, with their steps left for the person who continues it", async () => {
  await begin();
  world.agents = [{ id: "agent_a", name: "A" }];
  let onShift = 3;
  const operator = { role: "operator", approver: false, deniedConnections: [] } as const;
  const permissions = async ({ userId }: { readonly userId?: string }) =>
    userId === "U2" || onShift-- > 0 ? operator : { ...operator, role: "viewer" as const };
  const as = (userId: string): Context => ({
    ...reading(async (id) => ({ ...worldNumber, id })),
    actor: { ...actor, userId },
    authorizer: { permissions: async (asked) => permissions(asked.kind === "user" ? asked : {}) },
  });
  const run = await executeRun(as("U1"), "run_1");
  expect([run.state, run.status.paused?.why]).toEqual(["paused", "requester"]);
  expect(pauseText(run, { person: String, name: String })).toContain("Any operator can continue it");
  const left = (await codes()).filter((code) => code === undefined);
  expect(left.length).toBe(numbers.length - 3);
  const entries = await world.ctx.workspace.audit.entries({ limit: 50 });
  expect(entries.find(({ kind }) => kind === "failover.paused")?.details?.why).toBe("requester");
  await resumeRun(as("U2"), "run_1");
  await executeRun(as("U2"), "run_1");
  expect(new Set(await codes())).toEqual(new Set(["nothing_to_change"]));
});

it.each([
  ["Slack cannot list its groups", { unavailableReason: "Slack does not say." }, "paused"],
  ["an admin keeps the person from the connection", {}, "running"],
])("leaves its steps only if what refuses them may pass: %s", async (_what, refused, state) => {
  await begin();
  world.agents = [{ id: "agent_a", name: "A" }];
  const denied = (await world.ctx.workspace.connections.list()).map(({ id }) => id);
  const operator = { role: "operator", approver: false } as const;
  const ctx: Context = {
    ...reading(async (id) => ({ ...worldNumber, id })),
    authorizer: { permissions: async () => ({ ...operator, ...refused, deniedConnections: denied }) },
  };
  const run = await executeRun(ctx, "run_1");
  expect(run.state === "paused" && run.status.paused?.why === "requester").toBe(state === "paused");
  expect((await codes()).includes("not_allowed")).toBe(state === "running");
});
