import { expect, it, vi } from "vitest";
import { expiryChecks } from "../../../src/operations/expiry/expiry-job.ts";
import { atOncePerConnection } from "../../../src/operations/shared/bulk.ts";
import { fakeNotifier } from "../../support/notifier.ts";
import { startWorld } from "../../support/world.ts";

// O2
it("processes the expiries of a connection while those of another one hang", async () => {
  const world = await startWorld();
  const due = (connectionId: string, changeId: string) => ({ workspaceId: "T1", connectionId, changeId });
  const hanging = Array.from({ length: atOncePerConnection + 2 }, (_, n) => due("con_hangs", `chg_${n}`));
  const started: string[] = [];
  let answer: (() => void) | undefined;
  const answered = new Promise<undefined>((resolve) => {
    answer = () => resolve(undefined);
  });
  const { workspace } = world.ctx;
  const checkExpiries = expiryChecks({
    store: {
      ...world.store,
      dueTemporaryChanges: async () => [...hanging, due("con_answers", "chg_last")],
    },
    log: world.ctx.log,
    now: world.now,
    notifier: fakeNotifier({}),
    contextFor: () => ({
      ...world.ctx,
      workspace: {
        ...workspace,
        temporaryChanges: {
          ...workspace.temporaryChanges,
          find: async (changeId) => {
            started.push(changeId);
            return changeId === "chg_last" ? undefined : answered;
          },
        },
      },
    }),
  });
  const round = checkExpiries();
  await vi.waitFor(() => expect(started).toContain("chg_last"));
  // The connection that hangs has no more at once than it may, and the next round does not start them again.
  expect(started).toHaveLength(atOncePerConnection + 1);
  await checkExpiries();
  expect(started.filter((changeId) => changeId === "chg_0")).toHaveLength(1);
  answer?.();
  await round;
  expect(started).toEqual(expect.arrayContaining(hanging.map(({ changeId }) => changeId)));
});
