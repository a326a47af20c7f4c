import { afterFirst, afterFirstOf, membersOf, type SavedPlan } from "../../domain/failover/plan.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { planFrom, type PlanInput } from "../../operations/failover/plan-input.ts";
import { savePlan } from "../../operations/failover/save-plan.ts";
import { bold, code, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { type SubmittedView, textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { planState, planTitle as title, planView, type PlanForm } from "./plan-view.ts";

/** Opens the form of a new plan, or of one that there is; or shows why the person may not use it. */
export async function openPlanForm(req: RequestContext, slug?: string): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    await requireRoleAudited(req.ctx, "admin", "manage failover plans");
    const saved = slug === undefined ? undefined : await req.ctx.workspace.plans.get(slug);
    const form = {
      from: fromConversation(req.conversation),
      slug: saved?.plan.slug,
      revision: saved?.revision ?? 0,
    };
    const connections = await req.ctx.workspace.connections.list();
    // Slack refuses a menu without entries.
    if (connections.length === 0) throw new Problem("not_connected", "There is no connection yet.");
    await redrawView(req, opened, planView(form, saved && inputOf(saved), connections));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

/** A submitted plan. */
interface SubmittedPlan {
  readonly form: PlanForm;
  readonly input: PlanInput;
}

const planSubmission: Submission<SubmittedPlan> = {
  ack: (_, view) => {
    const form = planState.parse(view.private_metadata);
    const input = readInput(form, view);
    if (input.add && (input.add.answeredBy === "" || input.add.to === ""))
      return { answer: { response_action: "errors", errors: { to: "Name both agents." } } };
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: { form, input } };
  },
  run: async (req, { form, input }, view) => {
    await requireRoleAudited(req.ctx, "admin", "manage failover plans");
    const earlier = form.slug === undefined ? undefined : (await req.ctx.workspace.plans.get(form.slug)).plan;
    const plan = await planFrom(req.ctx, input, earlier);
    const saved = await savePlan(req.ctx, plan, form.revision);
    const count = membersOf(saved.plan).length;
    const words = `:white_check_mark: ${bold(plan.title)} (${code(plan.slug)}) is saved as revision ${saved.revision}, with ${count} number${count === 1 ? "" : "s"}.`;
    if (await finishModal(req, { id: view.id }, textModal(title, [section(words)], form.from))) return;
    await req.in(form.from).replyPrivately(message([section(words)], stripMrkdwn(words)));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
    const isTaken = problem.code === "conflict" && command?.form.slug === undefined;
    const canCorrect = command && (isTaken || ["invalid_input", "not_found"].includes(problem.code));
    const next = canCorrect
      ? planView(command.form, command.input, await req.ctx.workspace.connections.list(), why.blocks)
      : textModal(title, why.blocks, command?.form.from);
    if (await finishModal(req, { id: view.id }, next)) return;
    await req.in(command?.form.from ?? {}).replyPrivately(why);
  },
};

function readInput(form: PlanForm, view: SubmittedView): PlanInput {
  const values = inputValues(view.state);
  const text = (id: string): string => values.get(id)?.value ?? "";
  const connectionId = text("connection");
  return {
    slug: form.slug ?? text("slug"),
    title: text("title"),
    when: text("when") || undefined,
    runbook: text("runbook").trim() || undefined,
    owner: values.get("owner")?.several.at(0),
    defaultFor: text("default_for"),
    first: text("first"),
    afterFirst: afterFirst.find((each) => each === text("after_first")) ?? "ask",
    add: connectionId === "" ? undefined : { connectionId, answeredBy: text("answered_by"), to: text("to") },
    remove: text("remove"),
  };
}

function inputOf({ plan }: SavedPlan): PlanInput {
  return {
    slug: plan.slug,
    title: plan.title,
    when: plan.when,
    runbook: plan.runbook,
    owner: plan.owner,
    defaultFor: formatDuration(plan.defaultForMs).replaceAll(" ", ""),
    first: "",
    afterFirst: afterFirstOf(plan),
    add: undefined,
    remove: "",
  };
}

export const planFormRoutes = [formRoute("plan", planSubmission)];
