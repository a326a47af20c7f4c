import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { AuditEvent, AuditLog } from "../../../src/domain/audit/audit-log.ts";
import type { OpenStore } from "../contract.ts";
import { outcome, requested } from "../events.ts";

const numbered = (numberId: string, connectionId = "con_1"): Partial<AuditEvent> => ({
  number: { connectionId, numberId, e164: "+14155550100", name: "Line" },
});
const change = async (
  log: AuditLog,
  n: number,
  more: Partial<AuditEvent>,
  how: "applied" | "refused" | "unknown" = "applied",
): Promise<void> => {
  await log.append(requested(n, more));
  await log.append({ ...outcome(n, how), ...more, kind: "change.outcome" });
};
const reassign: Partial<AuditEvent> = { change: "reassign", wanted: { agent: "agent_b" } };
const rename: Partial<AuditEvent> = { change: "rename", wanted: { name: "Night" } };

/** How often other work runs until something is done. */
async function turnsOf(work: Promise<unknown>): Promise<number> {
  const state = { over: false };
  const ended = (): void => {
    state.over = true;
  };
  void work.then(ended, ended);
  let turns = 0;
  for (; !state.over; turns += 1) await turn();
  await work;
  return turns;
}

/** What every audit log guarantees about queries that read many entries. */
export function auditManyContract(open: OpenStore): void {
  // A5
  test("returns for each number of a connection the newest change of its agent that may have taken effect", async () => {
    const log = (await open()).store.workspace("T1").audit;
    await change(log, 1, { ...numbered("pn_a"), ...reassign });
    await change(log, 2, { ...numbered("pn_a"), ...reassign }, "unknown");
    await change(log, 3, { ...numbered("pn_a"), ...reassign }, "refused");
    await change(log, 4, { ...numbered("pn_a"), ...rename });
    await change(log, 5, { ...numbered("pn_b"), ...rename });
    await change(log, 6, { ...numbered("pn_c"), change: "detach", wanted: { agent: null } });
    await change(log, 7, { ...numbered("pn_a", "con_2"), ...reassign });
    const found: unknown[] = [];
    for await (const { requested: asked, outcome: ended } of log.lastAnswers("con_1"))
      found.push([asked.number?.numberId, asked.changeId, ended?.outcome]);
    expect(found).toEqual([
      ["pn_a", requested(2).changeId, "unknown"],
      ["pn_c", requested(6).changeId, "applied"],
    ]);
  });

  test("returns them for many numbers without blocking the event loop", async () => {
    const log = (await open()).store.workspace("T1").audit;
    const ids = Array.from({ length: 450 }, (_, at) => `pn_${String(at).padStart(3, "0")}`);
    await Promise.all(ids.map(async (id, at) => log.append(requested(at, { ...numbered(id), ...reassign }))));
    const found: unknown[] = [];
    const turns = await turnsOf(
      (async () => {
        for await (const { requested: asked } of log.lastAnswers("con_1")) found.push(asked.number?.numberId);
      })(),
    );
    expect(found).toEqual(ids);
    expect(turns).toBeGreaterThanOrEqual(2);
    expect(await turnsOf(log.changes({ limit: 1_000 }))).toBeGreaterThanOrEqual(2);
    expect(await log.changes({ limit: 430 })).toHaveLength(430);
    expect(
      (await log.changes({ limit: 1_000 })).map(({ requested: asked }) => asked.number?.numberId),
    ).toEqual(ids.toReversed());
    expect(await turnsOf(log.unsettled())).toBeGreaterThanOrEqual(2);
    expect(await log.unsettled()).toHaveLength(450);
  });

  test("tells whether the newest later change of the same field undid each change, in the requested order", async () => {
    const log = (await open()).store.workspace("T1").audit;
    const undo = (n: number): Partial<AuditEvent> => ({ details: { undoes: requested(n).changeId ?? "" } });
    const ofNumber = numbered("pn_a");
    await change(log, 1, { ...ofNumber, ...reassign });
    await change(log, 2, { ...ofNumber, ...rename });
    await change(log, 3, { ...ofNumber, ...reassign, ...undo(1) }, "refused");
    await change(log, 4, { ...ofNumber, ...rename, ...undo(2) });
    await change(log, 5, { ...numbered("pn_b"), ...reassign });
    await change(log, 6, { ...numbered("pn_b"), ...reassign, ...undo(5) });
    await change(log, 7, { ...numbered("pn_b"), ...reassign });
    const ids = [5, 2, 1, 99].map((n) => requested(n).changeId ?? "");
    const found = await log.changesWithUndo(ids);
    expect(found.map(({ record, undone }) => [record.requested.changeId, undone])).toEqual([
      [ids[0], false],
      [ids[1], true],
      [ids[2], false],
    ]);
  });
}
