import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { longestReason } from "../../domain/access/reason-rule.ts";
import type { Rule } from "../../domain/failover/rules.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { recordRefusal } from "../../operations/access/permissions.ts";
import { assertMayOverride, listRules, overrideRules } from "../../operations/failover/rules.ts";
import { actions, bold, button, message, plainText, section, slackDate } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { ruleIdsValue } from "../block-kit/rule-blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import { textInput } from "../forms/inputs.ts";
import { openView, redrawView, takeView } from "../forms/modals.ts";
import { conversation, formState, fromConversation } from "../forms/private-metadata.ts";
import { type ClickedView, textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { ruleText } from "./rules-message.ts";

const title = "Override rules";
const overrideForm = z.object({
  from: conversation,
  ruleIds: z.array(z.string()),
  /** The value of the button that leads back to the form whose change the rules did not allow. */
  back: z.string().optional(),
});
type OverrideForm = z.infer<typeof overrideForm>;
const overrideState = formState(overrideForm);

/** Opens the form that asks why rules are overridden, in the view where the button was pressed if there is one. */
export async function openOverrideForm(
  req: RequestContext,
  value: string | undefined,
  view: ClickedView | undefined,
): Promise<void> {
  const ruleIds = ruleIdsValue.parse(value);
  const skeleton = textModal(title, [section(":hourglass_flowing_sand: One moment…")]);
  const opened = view ? await takeView(req, { id: view.id }, skeleton) : await openView(req, skeleton);
  if (!opened) return;
  try {
    await checkMayOverride(req);
    const named = (await listRules(req.ctx)).rules.filter(({ id }) => ruleIds.includes(id));
    if (named.length === 0)
      throw new Problem("not_found", "These rules are no longer there.", { field: "rule" });
    const back = backOf(view);
    const form = {
      from: fromConversation(req.conversation),
      ruleIds: named.map(({ id }) => id),
      ...(back === undefined ? {} : { back }),
    };
    await redrawView(req, opened, overrideView(form, named));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

async function checkMayOverride({ ctx }: RequestContext): Promise<void> {
  try {
    await assertMayOverride(ctx);
  } catch (error) {
    await recordRefusal(ctx, { kind: "action.refused", reason: "override rules" }, error);
    throw error;
  }
}

/** The value of the button “Back to the form” in a view. */
function backOf(view: ClickedView | undefined): string | undefined {
  const found = pressable.safeParse(view?.blocks);
  const elements = found.data?.flatMap((block) => block.elements ?? []) ?? [];
  return elements.find(({ action_id: id }) => id === "open_form")?.value;
}

const pressable = z.array(
  z.object({
    elements: z
      .array(z.object({ action_id: z.string().optional(), value: z.string().optional() }))
      .optional(),
  }),
);

function overrideView(form: OverrideForm, rules: readonly Rule[]): ModalView {
  const words =
    ":rotating_light: *Break glass.* For 15 minutes these rules do not stop your changes. You take sole responsibility; an admin reviews each of those changes.";
  return {
    type: "modal",
    callback_id: "override",
    private_metadata: overrideState.encode(form),
    title: plainText(title),
    submit: plainText("Override"),
    close: plainText("Cancel"),
    blocks: [
      section(words),
      section(rules.map(ruleText).join("\n")),
      textInput({ blockId: "reason", actionId: "reason", label: "Reason", maxLength: longestReason }),
    ],
  };
}

/** A submitted override. */
interface Override {
  readonly form: OverrideForm;
  readonly reason: string | undefined;
}

const overrideSubmission: Submission<Override> = {
  ack: (_, view) => {
    const form = overrideState.parse(view.private_metadata);
    const reason = inputValues(view.state).get("reason")?.value;
    if (!reason?.trim())
      return { answer: { response_action: "errors", errors: { reason: "An override needs a reason." } } };
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: { form, reason } };
  },
  run: async (req, { form, reason }, view) => {
    const { rules, until } = await overrideRules(req.ctx, form.ruleIds, reason);
    const names = rules.map((rule) => bold(rule.title)).join(", ");
    const words = `:rotating_light: You override ${names} until ${slackDate(until, "{time}")}. Now send your change again.`;
    const blocks: KnownBlock[] = [
      section(words),
      ...(form.back === undefined ? [] : [actions([button("open_form", "Back to the form", form.back)])]),
    ];
    if (await finishModal(req, { id: view.id }, textModal(title, blocks, form.from))) return;
    await req.in(form.from).replyPrivately(message(blocks, stripMrkdwn(words)));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
    if (await finishModal(req, { id: view.id }, textModal(title, why.blocks, command?.form.from))) return;
    await req.in(command?.form.from ?? {}).replyPrivately(why);
  },
};

export const overrideFormRoutes = [formRoute("override", overrideSubmission)];
