import { expect, it } from "vitest";
import type { VendorLogEntry } from "../../../src/domain/vendor/vendor-account.ts";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { changedElsewhere } from "../../../src/operations/drift/changed-elsewhere.ts";
import { openConnection } from "../../../src/operations/shared/context.ts";
import { startWorld, worldNumber } from "../../support/world.ts";

const minute = 60_000;

/** What is said of a number that we changed at a time, and that its vendor shows as changed at others. */
async function said({
  log,
  updatedAtMs,
}: {
  log?: (oursMs: number) => VendorLogEntry;
  updatedAtMs?: number;
}) {
  const world = await startWorld();
  const record = await world.record("chg_1", "agent_a", "agent_b");
  const oursMs = Date.parse(record.requested.at);
  const [connection] = await world.ctx.workspace.connections.list();
  const open = await openConnection(world.ctx, connection?.id ?? "");
  const account = { ...open.account, ...(log ? { newestChange: async () => log(oursMs) } : {}) };
  const facts = updatedAtMs === undefined ? {} : { facts: { updatedAt: new Date(oursMs + updatedAtMs) } };
  const found = await changedElsewhere(
    { ...open, account },
    { ...worldNumber, ...facts },
    { ours: [record], budget: AbortSignal.timeout(10_000) },
  );
  const at = found.changedAt === undefined ? undefined : Date.parse(found.changedAt) - oursMs;
  return { at, by: found.changedBy };
}

const entry = (afterMs: number) => (oursMs: number) => ({ by: "user u", at: new Date(oursMs + afterMs) });

it("says who and when by the vendor's log, otherwise when by the number", async () => {
  expect(await said({ log: entry(5 * minute), updatedAtMs: 6 * minute })).toEqual({
    at: 5 * minute,
    by: "user u",
  });
  expect(await said({ updatedAtMs: 6 * minute })).toEqual({ at: 6 * minute, by: undefined });
  expect(await said({})).toEqual({ at: undefined, by: undefined });
});

it("does not take one of our own changes for another's", async () => {
  expect(await said({ log: entry(500), updatedAtMs: 500 })).toEqual({ at: undefined, by: undefined });
  expect(await said({ log: entry(-5 * minute), updatedAtMs: 0 })).toEqual({ at: undefined, by: undefined });
});

it("does without a log that cannot be read", async () => {
  const fails = (): never => {
    throw new Problem("credentials_rejected", "The key may not read it.");
  };
  expect(await said({ log: fails, updatedAtMs: 6 * minute })).toEqual({ at: 6 * minute, by: undefined });
});
