import type { Actor } from "../../domain/actor.ts";
import type { Approval } from "../../domain/approval.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import type { Context } from "../../operations/shared/context.ts";
import { expireApprovals } from "../../operations/approval/decide-approval.ts";
import { endFreezes } from "../../operations/restrictions/freeze.ts";
import { intervalJob, type Job } from "../../operations/shared/interval-job.ts";
import { forEachConcurrent } from "../../operations/shared/for-each-concurrent.ts";
import { workspaceRounds } from "../../operations/shared/workspace-rounds.ts";
import { askApprovers } from "./ask-approvers.ts";
import { carryOutAndTell } from "./decide-flow.ts";
import { requestContext, type RequestContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";
import { notifyClosed } from "./notify-decision.ts";

const actor: Actor = { kind: "system", job: "approvals" };

/** The dependencies of the job, besides those of the Slack server. */
export interface ApprovalsJobOptions {
  readonly everyMs: number;
  /** While the clock is wrong, nothing expires. */
  isClockSkewed(): boolean;
  contextFor(workspaceId: string, actor: Actor): Context;
}

/**
 * Expires approval requests and freezes. On start, it continues what an earlier process left: approved changes that
 * were not executed or reported, and requests that nobody was notified of.
 */
export function approvalsJob(
  deps: SlackDeps,
  { everyMs, isClockSkewed: isClockOff, contextFor }: ApprovalsJobOptions,
): Job {
  const rounds = workspaceRounds({ log: deps.log, failed: "approvals not looked after" });
  const round = async (): Promise<void> => {
    if (isClockOff()) return;
    await rounds.round(await workspaceIdsOrNone(deps), async (workspaceId) => {
      const ctx = contextFor(workspaceId, actor);
      await endFreezes(ctx);
      for (const approval of await expireApprovals(ctx))
        await withRequestContext(deps, approval, ctx, notifyClosed);
    });
  };
  const timer = intervalJob(everyMs, () => deps.backgroundTasks.track(round()));
  return {
    start: async () => {
      const left = await leftBehind(deps);
      deps.backgroundTasks.track(takeUp(deps, left, contextFor));
      await timer.start();
    },
    stop: () => timer.stop(),
  };
}

interface Left {
  readonly workspaceId: string;
  readonly approval: Approval;
}

async function leftBehind(deps: SlackDeps): Promise<readonly Left[]> {
  const left: Left[] = [];
  await inEach(deps, async (workspaceId) => {
    const { approvals } = deps.store.workspace(workspaceId);
    const unasked = (await approvals.inState("open")).filter(
      ({ messages, expiresAt }) => messages.length === 0 && Date.parse(expiresAt) > deps.now().getTime(),
    );
    for (const approval of [...(await approvals.inState("approved")), ...unasked]) {
      left.push({ workspaceId, approval });
    }
  });
  return left;
}

async function takeUp(
  deps: SlackDeps,
  left: readonly Left[],
  contextFor: ApprovalsJobOptions["contextFor"],
): Promise<void> {
  const keyOf = ({ workspaceId }: Left): string => workspaceId;
  await forEachConcurrent(left, { keyOf, atOnce: 1 }, async ({ workspaceId, approval }) =>
    logged(deps, workspaceId, async () =>
      withRequestContext(deps, approval, contextFor(workspaceId, actor), async (req) => {
        if (approval.state === "approved") await carryOutAndTell(req, approval);
        else await askApprovers(req, approval);
      }),
    ),
  );
}

async function workspaceIdsOrNone({ store, log }: SlackDeps): Promise<readonly string[]> {
  try {
    return await store.workspaceIds();
  } catch (error) {
    log.error({ err: error }, "approvals not looked after");
    return [];
  }
}

async function inEach(deps: SlackDeps, act: (workspaceId: string) => Promise<void>): Promise<void> {
  for (const workspaceId of await deps.store.workspaceIds()) {
    await yieldToEventLoop();
    await logged(deps, workspaceId, async () => act(workspaceId));
  }
}

/** Failures in one workspace do not affect others. What failed is retried by the next round or the next start. */
async function logged(deps: SlackDeps, workspace: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    deps.log.error({ workspace, err: error }, "approvals not looked after");
  }
}

async function withRequestContext(
  deps: SlackDeps,
  approval: Approval,
  ctx: Context,
  act: (req: RequestContext, approval: Approval) => Promise<void>,
): Promise<void> {
  const installed = await deps.installationOf(ctx.workspace.id);
  if (!installed) return;
  const { requestId } = ctx;
  const conversation = { userId: approval.asked.userId };
  const req = requestContext(deps, installed, { requestId, conversation });
  await act({ ...req, ctx: { ...req.ctx, actor: ctx.actor } }, approval);
}
