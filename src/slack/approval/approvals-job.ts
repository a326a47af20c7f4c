import type { Actor } from "../../domain/actor.ts";
import type { Approval } from "../../domain/approval.ts";
import { turn } from "../../domain/event-loop.ts";
import type { Context } from "../../operations/shared/context.ts";
import { expireApprovals } from "../../operations/approval/decide-approval.ts";
import { endFreezes } from "../../operations/restrictions/freeze.ts";
import { repeated, type Job } from "../../operations/shared/interval-job.ts";
import { sideBySide } from "../../operations/shared/for-each-concurrent.ts";
import { workspaceRounds } from "../../operations/shared/workspace-rounds.ts";
import { askApprovers } from "./ask-approvers.ts";
import { carryOutAndTell } from "./decide-flow.ts";
import { desk, type Desk } from "../context/request-context.ts";
import type { Services } from "../context/services.ts";
import { tellClosed } from "./notify-decision.ts";

const actor: Actor = { kind: "system", job: "approvals" };

/** What the job stands on beside the services of the door. */
export interface ApprovalsJobOptions {
  readonly everyMs: number;
  /** While the clock is off nothing ends because of its time. */
  isClockOff(): boolean;
  contextFor(workspaceId: string, actor: Actor): Context;
}

/**
 * Ends requests for approval and freezes whose time is over. At its start it takes up what an earlier process left:
 * approved changes that were not carried out or not told, and requests that nobody was told of.
 */
export function approvalsJob(
  services: Services,
  { everyMs, isClockOff, contextFor }: ApprovalsJobOptions,
): Job {
  const rounds = workspaceRounds({ log: services.log, failed: "approvals not looked after" });
  const round = async (): Promise<void> => {
    if (isClockOff()) return;
    await rounds.round(await workspaceIdsOrNone(services), async (workspaceId) => {
      const ctx = contextFor(workspaceId, actor);
      await endFreezes(ctx);
      for (const approval of await expireApprovals(ctx)) await withDesk(services, approval, ctx, tellClosed);
    });
  };
  const timer = repeated(everyMs, () => services.work.track(round()));
  return {
    start: async () => {
      const left = await leftBehind(services);
      services.work.track(takeUp(services, left, contextFor));
      await timer.start();
    },
    stop: () => timer.stop(),
  };
}

interface Left {
  readonly workspaceId: string;
  readonly approval: Approval;
}

async function leftBehind(services: Services): Promise<readonly Left[]> {
  const left: Left[] = [];
  await inEach(services, async (workspaceId) => {
    const { approvals } = services.store.workspace(workspaceId);
    const unasked = (await approvals.inState("open")).filter(
      ({ messages, expiresAt }) => messages.length === 0 && Date.parse(expiresAt) > services.now().getTime(),
    );
    for (const approval of [...(await approvals.inState("approved")), ...unasked]) {
      left.push({ workspaceId, approval });
    }
  });
  return left;
}

async function takeUp(
  services: Services,
  left: readonly Left[],
  contextFor: ApprovalsJobOptions["contextFor"],
): Promise<void> {
  const keyOf = ({ workspaceId }: Left): string => workspaceId;
  await sideBySide(left, { keyOf, atOnce: 1 }, async ({ workspaceId, approval }) =>
    logged(services, workspaceId, async () =>
      withDesk(services, approval, contextFor(workspaceId, actor), async (at) => {
        if (approval.state === "approved") await carryOutAndTell(at, approval);
        else await askApprovers(at, approval);
      }),
    ),
  );
}

async function workspaceIdsOrNone({ store, log }: Services): Promise<readonly string[]> {
  try {
    return await store.workspaceIds();
  } catch (error) {
    log.error({ err: error }, "approvals not looked after");
    return [];
  }
}

async function inEach(services: Services, act: (workspaceId: string) => Promise<void>): Promise<void> {
  for (const workspaceId of await services.store.workspaceIds()) {
    await turn();
    await logged(services, workspaceId, async () => act(workspaceId));
  }
}

/** One workspace that fails does not hold up the others; what failed is tried again, or found again at the next start. */
async function logged(services: Services, workspace: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    services.log.error({ workspace, err: error }, "approvals not looked after");
  }
}

async function withDesk(
  services: Services,
  approval: Approval,
  ctx: Context,
  act: (at: Desk, approval: Approval) => Promise<void>,
): Promise<void> {
  const installed = await services.installationOf(ctx.workspace.id);
  if (!installed) return;
  const { requestId } = ctx;
  const conversation = { userId: approval.asked.userId };
  const at = desk(services, installed, { requestId, triggerId: undefined, conversation });
  await act({ ...at, ctx: { ...at.ctx, actor: ctx.actor } }, approval);
}
