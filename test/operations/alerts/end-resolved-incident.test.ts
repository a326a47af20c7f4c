import { beforeEach, expect, it } from "vitest";
import { reopensMs, type Proposal } from "../../../src/domain/alerts/proposal.ts";
import { endResolvedIncident } from "../../../src/operations/alerts/end-resolved-incident.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { requestApproval } from "../approval/approval-request.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

const key = "PGR0VU2";
const actor = { kind: "system", job: "hooks" } as const;
const hour = 60 * 60_000;
let world: World;
let resolved: Proposal;
beforeEach(async () => {
  world = await startWorld();
  world.agents = ["agent_a", "agent_b"].map((id) => ({ id, name: id }));
  const at = world.now().toISOString();
  await world.ctx.workspace.incidents.start(
    { key, title: "Cartesia TTS errors", channelId: undefined, startedBy: actor, startedAt: at },
    { kind: "incident.started", actor, requestId: "req_1", details: { incident: key } },
  );
  const { requested } = await world.record("chg_1", "agent_a", "agent_b", { incident: key });
  await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "applied" });
  resolved = {
    id: "prp_1",
    hookId: "hook_1",
    source: "pagerduty",
    mapping: {
      id: "map_1",
      field: "service",
      pattern: "*",
      proposes: { kind: "plan", plan: "silent" },
      channelId: "C0VOICE01",
    },
    state: "resolved",
    key,
    title: "Cartesia TTS errors",
    alertIds: [],
    alerts: 1,
    openAlerts: 0,
    incident: key,
    preview: undefined,
    dismissedBy: undefined,
    madeAt: at,
    changedAt: at,
    isPosted: true,
    toldResolvedAt: undefined,
  };
});

/** Looks so long after the alert was resolved. Gives when to look again, and whether the incident has ended. */
async function lookAfter(ms: number) {
  await world.pass(ms);
  const { workspace } = world.ctx;
  const proposals = { ...workspace.proposals, ofIncident: async () => [resolved] };
  const ctx: Context = { ...world.ctx, actor, workspace: { ...workspace, proposals } };
  const again = await endResolvedIncident(ctx, resolved);
  return { again, isOver: (await workspace.incidents.get(key)).endedAt !== undefined };
}

it("ends the incident once its numbers are back", async () => {
  expect(await lookAfter(0)).toEqual({ again: { dueInMs: reopensMs }, isOver: false });
  expect(await lookAfter(reopensMs)).toEqual({ again: undefined, isOver: true });
});

it("looks again at what comes while it reads the numbers, and ends nothing then", async () => {
  const { ctx } = world;
  const { accounts } = ctx;
  const arrivals: readonly (() => Promise<unknown>)[] = [
    async () => world.record("chg_2", "agent_a", "agent_a", { incident: key }),
    async () => requestApproval(world, "apr_1", { details: { incident: key } }),
  ];
  for (const arrives of arrivals) {
    const open: typeof accounts.open = (...given) => {
      const opened = accounts.open(...given);
      return {
        ...opened,
        getNumber: async (...asked) => {
          const read = await opened.getNumber(...asked);
          await arrives();
          return read;
        },
      };
    };
    world = { ...world, ctx: { ...ctx, accounts: { ...accounts, open } } };
    expect(await lookAfter(reopensMs)).toEqual({ again: { dueInMs: 5_000 }, isOver: false });
  }
  // The request is open still.
  world = { ...world, ctx };
  expect(await lookAfter(0)).toEqual({ again: { dueInMs: 5 * 60_000 }, isOver: false });
});

it("waits for the change of a request that is approved", async () => {
  await requestApproval(world, "apr_1", { details: { incident: key }, isApproved: true });
  expect(await lookAfter(reopensMs)).toEqual({ again: { dueInMs: 5 * 60_000 }, isOver: false });
});

it("leaves it to people while a number is still switched, even if the former agent is gone", async () => {
  world.shown = { ...worldNumber, agent: { id: "agent_b" } };
  expect(await lookAfter(reopensMs)).toEqual({ again: undefined, isOver: false });
  world.agents = [{ id: "agent_b", name: "agent_b" }];
  expect(await lookAfter(hour)).toEqual({ again: undefined, isOver: false });
});

it("looks again for a day while a number cannot be read, and then leaves it to people", async () => {
  world.shown = undefined;
  expect(await lookAfter(reopensMs)).toEqual({ again: { dueInMs: 5 * 60_000 }, isOver: false });
  expect(await lookAfter(25 * hour)).toEqual({ again: undefined, isOver: false });
});
