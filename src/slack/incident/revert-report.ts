import { runSubject } from "../../domain/notifications/button-subject.ts";
import type { Problem } from "../../domain/problem/problem.ts";
import { runTitle, type Run } from "../../domain/runs/run.ts";
import type { RunReport } from "../../operations/notifications/notifier.ts";
import type { Context } from "../../operations/shared/context.ts";
import { escape, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { takeResponseUrl } from "../context/response-urls.ts";
import type { SlackDeps } from "../context/services.ts";
import { deliver } from "../delivery/deliver.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { finishModal } from "../forms/finish-modal.ts";
import { redrawView } from "../forms/modals.ts";
import { textModal } from "../forms/text-modal.ts";
import { runMessage } from "../runs/run-message.ts";
import { requesterContext } from "../runs/requester-context.ts";
import { askOperators, postRun } from "../runs/post-run.ts";
import { revertingView } from "./incident-form.ts";
import { pageBlocks, revertHeading, revertMessage, revertTitleOf } from "./revert-message.ts";

/**
 * The minimum time between two drawings of a revert's progress, in milliseconds. Slack allows 100 a minute for
 * everything.
 */
const drawEveryMs = 3000;

/** Reports a revert in the form where it was confirmed, and in the conversation of that form. */
export function revertReport(deps: SlackDeps, ctx: Context, { id, incident = "", by }: Run): RunReport {
  const { viewId } = by;
  const responseUrl = takeResponseUrl(ctx, id);
  const request = async () => requesterContext(deps, ctx, by, await responseUrl);
  let drawing: Promise<void> | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = async (viewToDraw: string): Promise<void> => {
    try {
      const req = await request();
      // Another server may have continued the revert, and told how it ended.
      const revert = await ctx.workspace.runs.get(id);
      if (req && revert.state === "running")
        await redrawView(req, { id: viewToDraw }, revertingView(revert, deps.accounts));
    } catch (error) {
      ctx.log.warn({ requestId: ctx.requestId, err: error }, "progress of a revert not drawn");
    } finally {
      drawing = undefined;
    }
  };
  return {
    progressed: () => {
      const now = ctx.monotonicMs();
      if (viewId === undefined || drawing || now - drawnAt < drawEveryMs) return;
      drawnAt = now;
      drawing = draw(viewId);
      deps.backgroundTasks.track(drawing);
    },
    halted: async (revert) => {
      await drawing;
      const req = await request();
      if (!req) await askOperators(deps, ctx, revert);
      else if (revert.state === "paused") await reportPaused(req, revert, viewId);
      else await reportFinished(req, revert, viewId);
    },
    finished: async (revert) => {
      await drawing;
      const req = await request();
      if (req) await reportFinished(req, revert, viewId);
      // No entry follows that would remove the buttons of its messages.
      await deps.checkButtonsNow(ctx.workspace.id, runSubject(id));
    },
    notRecorded: async (problem) => {
      await drawing;
      const req = await request();
      if (req) await reportNotRecorded(req, incident, viewId, problem);
    },
  };
}

async function reportFinished(req: RequestContext, revert: Run, viewId: string | undefined): Promise<void> {
  const { accounts, memory } = req.deps;
  const { workspace, requestId } = req.ctx;
  const about = {
    what: runTitle(revert),
    ids: { workspace: workspace.id, revert: revert.id },
  };
  if (viewId !== undefined) {
    memory.latestRequests.mark(viewId, "number", requestId);
    const { blocks } = formatOrFallback(req.deps, about, () =>
      message([section(revertHeading(revert)), ...pageBlocks(revert, 0, accounts)], ""),
    );
    await finishModal(req, { id: viewId }, textModal(revertTitleOf(revert), blocks));
  }
  await deliver(req.deps, {
    workspaceId: workspace.id,
    clients: req.clients,
    conversation: req.conversation,
    message: formatOrFallback(req.deps, about, () => revertMessage(revert, 0, accounts)),
    requestId,
  });
}

/** The form shows nothing more: the person who continues the revert later reads about it in the conversation. */
async function reportPaused(req: RequestContext, revert: Run, viewId: string | undefined): Promise<void> {
  if (viewId !== undefined)
    await finishModal(req, { id: viewId }, textModal(revertTitleOf(revert), runMessage(revert).blocks));
  await postRun(req, revert);
}

async function reportNotRecorded(
  req: RequestContext,
  incident: string,
  viewId: string | undefined,
  problem: Problem,
): Promise<void> {
  const words = [
    `:warning: *The revert of ${escape(incident)} has started, but Patchbay cannot record its progress.* ${escape(problem.message)}`,
    `Some numbers may be back already: check \`/number incident ${escape(incident)}\`. Patchbay continues once it can write again and sends nothing twice. Tell the person who runs Patchbay.`,
  ];
  const blocks = words.map((line) => section(line));
  const view = textModal(revertTitleOf({ incident }), blocks);
  if (viewId !== undefined && (await finishModal(req, { id: viewId }, view))) return;
  await req.replyPrivately(message(blocks, stripMrkdwn(words.join("\n"))));
}
