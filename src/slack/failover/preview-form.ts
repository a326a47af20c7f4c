import type { ModalView } from "@slack/types";
import { z } from "zod";
import type { Run } from "../../domain/runs/run.ts";
import { isPlanned, needsApproval } from "../../domain/runs/run-step.ts";
import { wantedByRun } from "../../operations/approval/wanted-approvals.ts";
import { createFailover, type FailoverPreview } from "../../operations/failover/failover-run.ts";
import { beginWithoutProtected, submitFailover } from "../../operations/failover/submit-failover.ts";
import { estimateRun } from "../../operations/runs/estimate-run.ts";
import { button, context, plainText, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { keepResponseUrl } from "../context/response-urls.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";
import { openView, redrawView, takeView } from "../forms/modals.ts";
import { conversation, formState, fromConversation } from "../forms/private-metadata.ts";
import { modalTitle, textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { finishRefusedPreview } from "../runs/finish-refused-preview.ts";
import { approvalNotice, askLabel } from "./approval-notice.ts";
import { previewBlocks } from "./preview-message.ts";
import type { PagesShown } from "./preview-pages.ts";
import { reportSubmittedFailover } from "./report-submitted-failover.ts";

const askedFailover = z.object({
  slug: z.string(),
  forMs: z.number().int().optional(),
  incident: z.string().optional(),
  reason: z.string().optional(),
  isPractice: z.boolean().optional(),
});
/** A plan, and how it is to be run. */
export type AskedFailover = Readonly<z.infer<typeof askedFailover>>;
/** The value of a button that previews a failover. */
export const previewValue = buttonValue(json(askedFailover));

const previewForm = z.object({
  from: conversation,
  runId: z.string(),
  asked: askedFailover,
  /** The ids of the requests for the plan that the preview shows. */
  waiting: z.array(z.string()).optional(),
});
type PreviewForm = z.infer<typeof previewForm>;
const previewState = formState(previewForm);

const titleOf = (slug: string): string => modalTitle("Failover", slug);

/** Opens the preview of a failover: every number of the plan, read live. `inView` redraws an open one. */
export async function openPreview(
  req: RequestContext,
  asked: AskedFailover,
  inView?: { readonly id: string },
): Promise<void> {
  const { slug } = asked;
  const skeleton = textModal(titleOf(slug), [section(":hourglass_flowing_sand: Looking at each number…")]);
  const opened = inView ? await takeView(req, inView, skeleton) : await openView(req, skeleton);
  if (!opened) return;
  try {
    const { userId, channelId, threadTs } = req.conversation;
    const preview = await createFailover(req.ctx, slug, { userId, channelId, threadTs }, asked);
    await redrawView(req, { id: opened.id }, await previewView(req, preview));
  } catch (error) {
    await errorReplyInView(req, opened, titleOf(slug), error);
  }
}

/** A failover as it is shown, with its submit button unless there is nothing to switch. */
export async function previewView(
  req: RequestContext,
  { run, saved, blockers, standing, waiting }: FailoverPreview,
  pages?: PagesShown,
): Promise<ModalView> {
  const form = {
    from: fromConversation(req.conversation),
    runId: run.id,
    asked: askedBy(run),
    ...(waiting.length > 0 ? { waiting: waiting.map(({ id }) => id) } : {}),
  };
  const { when, runbook } = saved.plan;
  const takesMs = await estimateRun(req.ctx, run.steps);
  const planned = run.steps.filter(isPlanned).length;
  const asking = run.steps.filter(needsApproval).length;
  const notice = approvalNotice(run, waiting, await wantedByRun(req.ctx, run));
  const submit = asking === 0 ? `Switch ${planned}` : askLabel(waiting);
  const { cover } = standing;
  const parts = { blockers, when, runbook, takesMs, cover, standing, notice, ...(pages ? { pages } : {}) };
  const blocks = previewBlocks(run, req.deps.accounts, parts);
  if (planned === 0) return textModal(titleOf(form.asked.slug), blocks, form.from);
  return {
    type: "modal",
    callback_id: "failover",
    private_metadata: previewState.encode(form),
    title: plainText(titleOf(form.asked.slug)),
    submit: plainText(submit),
    close: plainText("Cancel"),
    blocks: [
      ...blocks,
      context("Each is a change of its own, on record. The preview is good for 10 minutes."),
    ],
  };
}

/** How a failover was asked for, so that it can be looked at again. */
function askedBy({ kind, incident, terms }: Run): AskedFailover {
  const { plan, forMs, reason } = terms;
  return { slug: plan?.slug ?? "", forMs, incident, reason, isPractice: kind === "practice" };
}

const previewSubmission: Submission<PreviewForm> = {
  ack: (_, view) => {
    const form = previewState.parse(view.private_metadata);
    const working = textModal(titleOf(form.asked.slug), [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: form };
  },
  run: async (req, { from, runId, asked, waiting }, view) => {
    const { userId, channelId, threadTs, responseUrl } = req.in(from).conversation;
    await keepResponseUrl(req.ctx, runId, responseUrl);
    const by = { userId, channelId, threadTs, viewId: view.id };
    const submitted = await submitFailover(req.ctx, runId, by, waiting);
    await reportSubmittedFailover(
      req,
      { view: { id: view.id }, title: titleOf(asked.slug), from },
      submitted,
    );
  },
  onError: async (req, failure, view, command) => {
    const { from, asked } = command ?? {};
    const again = asked && button("failover:preview", "Look again", previewValue.encode(asked));
    await finishRefusedPreview(req, failure, { id: view.id, title: titleOf(asked?.slug ?? ""), from, again });
  },
};

/** Begins a failover without the numbers for which it needs an approval. The form with the button then follows it. */
export async function beginWithout(
  req: RequestContext,
  runId: string,
  view: { readonly id: string } | undefined,
): Promise<void> {
  const { userId, channelId, threadTs, responseUrl } = req.conversation;
  const by = { userId, channelId, threadTs, viewId: view?.id };
  const run = await beginWithoutProtected(req.ctx, runId, by);
  await keepResponseUrl(req.ctx, run.id, responseUrl);
  await req.deps.carryOutRun(req.ctx, run);
}

export const previewFormRoutes = [formRoute("failover", previewSubmission)];
