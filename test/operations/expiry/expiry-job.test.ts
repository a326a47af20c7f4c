import { expect, it, vi } from "vitest";
import type { Context } from "../../../src/operations/shared/context.ts";
import { expiryJob } from "../../../src/operations/expiry/expiry-job.ts";
import { atOncePerConnection } from "../../../src/operations/shared/bulk.ts";
import { fakeNotifier } from "../notifications/notifier.ts";
import { startWorld } from "../../support/world.ts";

// O2
it("processes the expiries of a connection while those of another one hang", async () => {
  const world = await startWorld();
  const { temporaryChanges } = world.ctx.workspace;
  const begin = async (connectionId: string, changeId: string): Promise<void> => {
    const now = world.now();
    await temporaryChanges.begin(
      {
        kind: "change.requested",
        actor: { kind: "user", userId: "U1", workspaceId: "T1" },
        requestId: `req_${changeId}`,
        changeId,
        change: "reassign",
        wanted: { agent: "agent_b" },
      },
      {
        changeId,
        connectionId,
        numberId: "pn_1",
        endsAt: now,
        durationMs: 1,
        remindAt: now,
        dueAt: now,
        place: {},
      },
    );
  };
  const hanging = Array.from({ length: atOncePerConnection + 2 }, (_, n) => `chg_${n}`);
  for (const changeId of hanging) await begin("con_hangs", changeId);
  await begin("con_answers", "chg_last");
  const started: string[] = [];
  let answer: (() => void) | undefined;
  const answered = new Promise<undefined>((resolve) => {
    answer = () => resolve(undefined);
  });
  const ctx: Context = {
    ...world.ctx,
    workspace: {
      ...world.ctx.workspace,
      temporaryChanges: {
        ...temporaryChanges,
        find: async (changeId) => {
          started.push(changeId);
          return changeId === "chg_last" ? undefined : answered;
        },
      },
    },
  };
  const { round } = expiryJob({
    queue: world.store.work,
    log: ctx.log,
    timer: world.timer,
    everyMs: 1_000,
    contextFor: () => ctx,
    notifier: fakeNotifier({}),
    track: () => undefined,
  });
  const rounds = [round()];
  await vi.waitFor(() => expect(started).toContain("chg_last"));
  rounds.push(round());
  await world.pass(10_000);
  // The connection that hangs has no more at once than it may, and the next round does not start them again.
  expect(started).toHaveLength(atOncePerConnection + 1);
  answer?.();
  await Promise.all(rounds);
  expect(started.toSorted()).toEqual([...hanging, "chg_last"].toSorted());
});
