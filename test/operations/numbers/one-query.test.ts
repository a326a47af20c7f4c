import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, expect, it } from "vitest";
import type { AuditLog } from "../../../src/domain/audit/audit-log.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { detectDrift } from "../../../src/operations/drift/detect-drift.ts";
import { workspaceStatus } from "../../../src/operations/workspace/workspace-status.ts";
import { startWorld, worldNumber, type World } from "../../support/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

/** A context whose log counts what it is asked, by the name of the question. */
function counting(ctx: Context) {
  const asked: Partial<Record<keyof AuditLog, number>> = {};
  const audit = new Proxy(ctx.workspace.audit, {
    get: (log, name: keyof AuditLog) => {
      asked[name] = (asked[name] ?? 0) + 1;
      return log[name];
    },
  });
  return { asked, ctx: { ...ctx, workspace: { ...ctx.workspace, audit } } };
}

// A5
it("queries the log as often for 50 temporary changes of one number as for one", async () => {
  const { audit, temporaryChanges: temporary, connections: vault } = world.ctx.workspace;
  const [connection] = await vault.list();
  if (!connection) throw new Error("there is no connection");
  const number = { connectionId: connection.id, numberId: worldNumber.id };
  const endsAt = new Date(world.now().getTime() + 3_600_000);
  for (let at = 0; at < 50; at += 1) {
    const event = {
      actor: world.ctx.actor,
      requestId: `req_t${at}`,
      changeId: `chg_t${at}`,
      change: "reassign",
      connection: { id: connection.id, vendor: "cartesia", name: "prod" },
      number: { ...number, e164: worldNumber.e164 },
      before: { agent: "agent_x" },
      wanted: { agent: "agent_a" },
    } as const;
    const times = { endsAt, durationMs: 3_600_000, remindAt: endsAt, dueAt: endsAt };
    await temporary.begin(
      { ...event, kind: "change.requested" },
      { ...number, ...times, changeId: `chg_t${at}`, place: {} },
    );
    await audit.append({ ...event, kind: "change.outcome", outcome: "applied" });
  }
  const { asked, ctx } = counting(world.ctx);
  expect((await workspaceStatus(ctx)).expiries).toHaveLength(50);
  // One question about what was left with nobody, and one for each number, however many of its changes are temporary.
  expect(asked).toEqual({ changes: 2, changesWithUndo: 1, unsettled: 1 });
});

// A5
it("checks all numbers of a large account with one query, and yields to the event loop", async () => {
  world.agents = [{ id: "agent_a", name: "Agent" }];
  world.listed = Array.from({ length: 10_000 }, (_, at) => ({ ...worldNumber, id: `pn_${at}` }));
  await world.ctx.workspace.settings.write(
    { drift: "all" },
    { actor: world.ctx.actor, requestId: "req_all" },
  );
  const { asked, ctx } = counting(world.ctx);
  const state = { over: false };
  const looking = detectDrift(ctx).finally(() => (state.over = true));
  let turns = 0;
  for (; !state.over; turns += 1) await turn();
  await looking;
  expect(asked).toEqual({ lastAnswers: 1 });
  expect(turns).toBeGreaterThanOrEqual(9);
});
