import type { ModalView } from "@slack/types";
import { z } from "zod";
import { approvedForMs, type PlanApproval } from "../../domain/failover/plan-approval.ts";
import {
  approvePlan,
  loadPlanToApprove,
  type PlanToApprove,
} from "../../operations/failover/approve-plan.ts";
import { bold, code, context, message, plainText, section, slackDate } from "../block-kit/blocks.ts";
import { actorMention, stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { conversation, formState, fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { linesInView } from "../forms/lines-in-view.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { protectedLine } from "../approval/run-approval-message.ts";
import { plural } from "../../domain/text/plural.ts";

const title = "Approve a plan";
const approvePlanForm = z.object({
  from: conversation,
  slug: z.string(),
  revision: z.number().int(),
  /** What was shown: see `PlanToApprove`. */
  shown: z.string(),
});
type ApprovePlanForm = z.infer<typeof approvePlanForm>;
const approvePlanState = formState(approvePlanForm);

/** Opens the form in which an approver sees each protected number of a plan, read live. */
export async function openApprovePlan(req: RequestContext, slug: string): Promise<void> {
  const skeleton = textModal(title, [section(":hourglass_flowing_sand: Looking at each number…")]);
  const opened = await openView(req, skeleton);
  if (!opened) return;
  try {
    await redrawView(req, opened, approveView(req, await loadPlanToApprove(req.ctx, slug)));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

function approveView(req: RequestContext, { saved, steps, shown, wanted, first }: PlanToApprove): ModalView {
  const { plan, revision, savedBy, savedAt } = saved;
  const form = { from: fromConversation(req.conversation), slug: plan.slug, revision, shown };
  const lines = steps.map((step) => {
    const { verdict } = step;
    const why = "why" in verdict ? ` (${verdict.why})` : "";
    return `${protectedLine(step, req.deps.accounts)}${why}`;
  });
  const head = [
    `${bold(plan.title)} (${code(plan.slug)}, revision ${revision} by ${actorMention(savedBy)} ${slackDate(savedAt)})`,
    `*You approve that a failover by this plan switches ${numbersText(steps.length)}* without asking again:`,
    ...(wanted > 1 ? [wantedText(first)] : []),
  ];
  return {
    type: "modal",
    callback_id: "approve_plan",
    private_metadata: approvePlanState.encode(form),
    title: plainText(title),
    submit: plainText("Approve"),
    close: plainText("Cancel"),
    blocks: [
      section(head.join("\n")),
      ...linesInView(lines),
      context(
        "It counts for 90 days, while the last drill of this revision is at most 30 days old, and until someone changes the plan. It also covers the way back.",
      ),
    ],
  };
}

const approvePlanSubmission: Submission<ApprovePlanForm> = {
  ack: (_, view) => {
    const form = approvePlanState.parse(view.private_metadata);
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: form };
  },
  run: async (req, { from, slug, revision, shown }, view) => {
    const { saved, approval, wanted } = await approvePlan(req.ctx, slug, { revision, shown });
    const until = new Date(Date.parse(approval.at) + approvedForMs).toISOString();
    const words = `:white_check_mark: You approved ${bold(saved.plan.title)}, revision ${revision}, for ${numbersText(approval.numbers.length)} until ${slackDate(until)}.${wanted > 1 ? countText(approval) : ""}`;
    if (await finishModal(req, { id: view.id }, textModal(title, [section(words)], from))) return;
    await req.in(from).replyPrivately(message([section(words)], stripMrkdwn(words)));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
    if (await finishModal(req, { id: view.id }, textModal(title, why.blocks, command?.from))) return;
    await req.in(command?.from ?? {}).replyPrivately(why);
  },
};

const numbersText = (count: number): string => plural(count, "protected number");

function wantedText(first: PlanToApprove["first"]): string {
  if (!first) return "Numbers of it want two approvals: another approver must approve the plan too.";
  return `:heavy_check_mark: <@${first.by}> approved it ${slackDate(first.at)}. Numbers of it want two approvals.`;
}

const countText = ({ first }: PlanApproval): string =>
  first ? " 2 of 2 approvals." : " 1 of 2 approvals: another approver must approve the plan too.";

export const approvePlanFormRoutes = [formRoute("approve_plan", approvePlanSubmission)];
