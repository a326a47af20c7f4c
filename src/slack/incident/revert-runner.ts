import { isProblem, type Problem } from "../../domain/problem.ts";
import type { Revert } from "../../domain/revert.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import { claimRevert, executeRevert, isLeft } from "../../operations/incident/execute-revert.ts";
import { forEachConcurrent } from "../../operations/shared/for-each-concurrent.ts";
import { deliver } from "../delivery/deliver.ts";
import { escape, message, section } from "../block-kit/blocks.ts";
import { requestContext, type RequestContext } from "../context/request-context.ts";
import { finishModal } from "../forms/finish-modal.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { pageBlocks, revertHeading, revertMessage } from "./revert-message.ts";
import type { SlackDeps } from "../context/services.ts";
import { redrawView } from "../forms/modals.ts";
import { revertingView } from "./incident-form.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { textModal } from "../forms/text-modal.ts";

/**
 * The interval between updates of the form during a revert, in milliseconds. Slack allows 100 updates a minute for
 * everything.
 */
const drawEveryMs = 3000;

/** Confirms a revert and executes it. Throws what confirming throws; no number was changed then. */
export async function confirmRevert(req: RequestContext, revertId: string, viewId: string): Promise<void> {
  const { userId, channelId, threadTs } = req.conversation;
  await alone(req.deps, `${req.ctx.workspace.id}/${revertId}`, async () => {
    const { incident } = await claimRevert(req.ctx, revertId, { userId, channelId, threadTs, viewId });
    try {
      await carryOn(req, revertId, viewId);
    } catch (error) {
      if (!isProblem(error, "not_recorded")) throw error;
      await reportUnrecorded(req, { id: revertId, incident }, viewId, error);
    }
  });
}

/** Reports that a revert has started but could not be recorded any further. Some numbers may be restored already. */
async function reportUnrecorded(
  req: RequestContext,
  { id: revertId, incident }: Pick<Revert, "id" | "incident">,
  viewId: string,
  problem: Problem,
): Promise<void> {
  req.ctx.log.error({ requestId: req.ctx.requestId, err: problem }, "revert not recorded");
  if (req.deps.memory.reverts.told.has(`${req.ctx.workspace.id}/${revertId}`)) return;
  const words = [
    `:warning: *The revert of ${escape(incident)} has started, but Patchbay cannot record its progress.* ${escape(problem.message)}`,
    `Some numbers may be back already: check \`/number incident ${escape(incident)}\`. Patchbay continues once it can write again and sends nothing twice. Tell the person who runs Patchbay.`,
  ];
  const blocks = words.map((line) => section(line));
  if (await finishModal(req, { id: viewId }, textModal(`Revert ${incident}`, blocks))) return;
  await req.replyPrivately(message(blocks, stripMrkdwn(words.join("\n"))));
}

/** Continues every revert that an earlier process left, or that could not be recorded. Never throws. */
export async function resumeReverts(deps: SlackDeps): Promise<void> {
  try {
    const left: { readonly workspaceId: string; readonly id: string }[] = [];
    for (const workspaceId of await deps.store.workspaceIds()) {
      await yieldToEventLoop();
      for (const id of await deps.store.workspace(workspaceId).reverts.running())
        left.push({ workspaceId, id });
    }
    // A slow revert delays only others of the same workspace.
    const keyOf = ({ workspaceId }: (typeof left)[number]): string => workspaceId;
    await forEachConcurrent(left, { keyOf, atOnce: 1 }, async ({ workspaceId, id }) => {
      if (!deps.memory.reverts.underWay.has(`${workspaceId}/${id}`)) await resume(deps, workspaceId, id);
    });
  } catch (error) {
    deps.log.error({ err: error }, "reverts not resumed");
  }
}

async function resume(deps: SlackDeps, workspaceId: string, revertId: string): Promise<void> {
  try {
    const installed = await deps.installationOf(workspaceId);
    if (!installed) return;
    const { by } = await deps.store.workspace(workspaceId).reverts.get(revertId);
    const { userId, channelId, threadTs, viewId } = by;
    const requestId = deps.newId("req");
    // In the name of the person who confirmed it, so that lost permissions count.
    const request = { requestId, conversation: { userId, channelId, threadTs } };
    await alone(deps, `${workspaceId}/${revertId}`, async () =>
      carryOn(requestContext(deps, installed, request), revertId, viewId),
    );
  } catch (error) {
    deps.log.error({ workspace: workspaceId, revert: revertId, err: error }, "revert not continued");
  }
}

async function carryOn(req: RequestContext, revertId: string, viewId: string | undefined): Promise<void> {
  const toldBefore = req.deps.memory.reverts.told;
  const key = `${req.ctx.workspace.id}/${revertId}`;
  if (!toldBefore.has(key)) {
    const progress = progressIn(req, viewId);
    const { stopping } = req.deps.backgroundTasks;
    const revert = await executeRevert({ ...req.ctx, stopping }, revertId, progress.show);
    await progress.drawn();
    // This process is stopping. The next one continues and reports.
    if (revert.steps.some(isLeft)) return;
    await reportRevert(req, revert, viewId);
    toldBefore.add(key);
  }
  // After the report, so that the next process reports it if this one stops earlier.
  await req.ctx.workspace.reverts.end(revertId);
  toldBefore.delete(key);
}

async function reportRevert(req: RequestContext, revert: Revert, viewId: string | undefined): Promise<void> {
  const { accounts } = req.deps;
  const about = {
    what: `the revert of ${revert.incident}`,
    ids: { workspace: req.ctx.workspace.id, revert: revert.id },
  };
  if (viewId !== undefined) {
    req.deps.memory.latestRequests.mark(viewId, "number", req.ctx.requestId);
    const { blocks } = formatOrFallback(req.deps, about, () =>
      message([section(revertHeading(revert)), ...pageBlocks(revert, 0, accounts)], ""),
    );
    await finishModal(req, { id: viewId }, textModal(`Revert ${revert.incident}`, blocks));
  }
  await deliver(req.deps, {
    workspaceId: req.ctx.workspace.id,
    clients: req.clients,
    conversation: req.conversation,
    message: formatOrFallback(req.deps, about, () => revertMessage(revert, 0, accounts)),
    requestId: req.ctx.requestId,
  });
}

/** Shows the progress of a revert in the form where it was confirmed, one update at a time and not for every step. */
function progressIn(req: RequestContext, viewId: string | undefined) {
  let drawing: Promise<unknown> | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    show: (revert: Revert): void => {
      const now = req.ctx.monotonicMs();
      if (viewId === undefined || drawing || now - lastAt < drawEveryMs) return;
      lastAt = now;
      drawing = redrawView(req, { id: viewId }, revertingView(revert, req.deps.accounts)).finally(() => {
        drawing = undefined;
      });
    },
    drawn: async (): Promise<void> => {
      await drawing;
    },
  };
}

/** Ensures that a revert runs only once at a time. A second caller does nothing. */
async function alone(deps: SlackDeps, key: string, act: () => Promise<void>): Promise<void> {
  const known = deps.memory.reverts.underWay;
  const first = !known.has(key);
  known.add(key);
  try {
    await act();
  } finally {
    if (first) known.delete(key);
  }
}
