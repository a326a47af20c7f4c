import { beforeEach, expect, it } from "vitest";
import type { Drift } from "../../../src/domain/changes/drift.ts";
import { reportDrift } from "../../../src/operations/drift/report-drift.ts";
import { fakeNotifier } from "../notifications/notifier.ts";
import { startWorld, type World } from "../../support/world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
  const [connection] = await world.ctx.workspace.connections.list();
  if (!connection) throw new Error("the world has a connection");
  const { id: connectionId, vendor, name } = connection;
  for (const numberId of ["pn_1", "pn_2", "pn_3"]) {
    const key = { connectionId, numberId };
    const shown = { kind: "changed_elsewhere", e164: "+14155550100", now: "agent_b", labels: {} } as const;
    const found: Drift = { ...shown, key, vendor, connection: name };
    await world.ctx.workspace.drifts.see(found, {
      kind: "drift.seen",
      actor: world.ctx.actor,
      requestId: numberId,
      connection: { id: connectionId, vendor, name },
      number: { ...key, e164: found.e164 },
    });
  }
});

/** Reports in messages that have room for so many findings. Returns the numbers in each message. */
async function messages(room: number): Promise<string[][]> {
  const sent: string[][] = [];
  const refreshed: string[] = [];
  const notifier = fakeNotifier({
    driftFound: async (_ctx, found) => {
      const reported = found.slice(0, room);
      sent.push(reported.map(({ drift }) => drift.key.numberId));
      return reported;
    },
  });
  const buttons = { check: (_id: string, subject = "") => void refreshed.push(subject) };
  await reportDrift(world.ctx, { notifier, buttons });
  expect(refreshed).toEqual(["drift"]);
  return sent;
}

it("reports every finding once, as many at a time as fit into a message", async () => {
  expect(await messages(2)).toEqual([["pn_1", "pn_2"], ["pn_3"]]);
  expect(await messages(2)).toEqual([]);
});

it("keeps what nobody could be told for later", async () => {
  expect(await messages(0)).toEqual([[]]);
  expect(await messages(5)).toEqual([["pn_1", "pn_2", "pn_3"]]);
});
