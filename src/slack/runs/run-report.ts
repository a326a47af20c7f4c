import type { MessageWithButtons } from "../../domain/notifications/messages-with-buttons.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { RunReport } from "../../operations/notifications/notifier.ts";
import type { Context } from "../../operations/shared/context.ts";
import { message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { SlackDeps } from "../context/services.ts";
import { liveModal } from "../forms/live-modal.ts";
import { runMessage } from "./run-message.ts";
import { loadRunNews } from "./run-news.ts";
import { runView } from "./run-view.ts";
import { askOperators, postRun } from "./post-run.ts";
import { requesterContext } from "./requester-context.ts";
import { progressMessages } from "./run-message-updates.ts";

/** The minimum time between two updates of a run's progress, in milliseconds: Slack allows one message a second. */
const drawEveryMs = 2000;

/**
 * Reports a run in the form and the conversation where it was confirmed. The newest message about it shows its progress in each
 * conversation, whichever server has posted it. A state that needs people has a new message.
 */
export function runReport(deps: SlackDeps, ctx: Context, { by }: Run): RunReport {
  const request = async () => requesterContext(deps, ctx, by);
  const form = liveModal(by.viewId, ctx.monotonicMs);
  let drawing: Promise<void> | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  /** Even if Slack did not accept it: then it is delivered later. */
  let isPosted = false;
  const draw = async (run: Run): Promise<void> => {
    try {
      const req = await request();
      if (!req) return;
      const shown = await progressMessages(ctx.workspace.messagesWithButtons, run.id);
      for (const each of shown) await redraw(deps, ctx, each, run.id);
      if (shown.length > 0 || isPosted) return;
      isPosted = true;
      await postRun(req, run);
    } catch (error) {
      ctx.log.warn({ requestId: ctx.requestId, err: error }, "progress of a run not drawn");
    } finally {
      drawing = undefined;
    }
  };
  const viewOf = async (run: Run) => {
    const req = await request();
    return req && { req, view: runView(run, await loadRunNews(req.ctx, run), by) };
  };
  /** The conversation does not wait for the form. */
  const showInForm = (run: Run): void => {
    if (by.viewId === undefined) return;
    deps.backgroundTasks.track(
      form
        .show(async () => viewOf(run))
        .catch((error: unknown) => {
          ctx.log.warn({ requestId: ctx.requestId, err: error }, "form of a run not drawn");
        }),
    );
  };
  return {
    begun: showInForm,
    progressed: (run) => {
      const now = ctx.monotonicMs();
      if (drawing || now - drawnAt < drawEveryMs) return;
      drawnAt = now;
      showInForm(run);
      drawing = draw(run);
      deps.backgroundTasks.track(drawing);
    },
    waits: async (run, { hasProgressed }) => {
      if (hasProgressed) showInForm(run);
      await drawing;
      await draw(run);
    },
    halted: async (run) => {
      showInForm(run);
      await drawing;
      const req = await request();
      if (req) await postRun(req, run);
      else await askOperators(deps, ctx, run);
    },
    finished: async (run) => {
      showInForm({ ...run, state: "done" });
      await drawing;
      const req = await request();
      if (req) await postRun(req, { ...run, state: "done" });
    },
    notRecorded: async (problem) => {
      await drawing;
      const req = await request();
      const words = `:warning: *Patchbay cannot record the progress of this run, so it changes nothing more.* ${problem.message}`;
      if (req) await req.replyPrivately(message([section(words)], stripMrkdwn(words)));
    },
  };
}

/** Updates the progress through the outbox, in order with other updates, unless one of them still waits for Slack. */
async function redraw(
  deps: SlackDeps,
  ctx: Context,
  { address, act, message: madeFrom }: MessageWithButtons,
  runId: string,
): Promise<void> {
  const { id, messagesWithButtons, runs } = ctx.workspace;
  const { channelId, ts: messageTs } = address;
  if (await deps.store.outbox.hasPending(id, { channelId, messageTs })) return;
  // Another server may have continued the run, and told how it is now.
  const run = await runs.get(runId);
  if (run.state !== "running") return;
  const newer = runMessage(run, await loadRunNews(ctx, run));
  if (JSON.stringify(newer) === JSON.stringify(madeFrom)) return;
  await messagesWithButtons.update(address, { message: newer, rest: { act, message: newer }, madeFrom });
  deps.deliverPending();
}
