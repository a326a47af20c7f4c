import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { longestRuleTitle } from "../../domain/failover/rules.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import type { NewRule } from "../../operations/failover/rule-input.ts";
import { setRule } from "../../operations/failover/rules.ts";
import { message, plainText, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import { option, textInput } from "../forms/inputs.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { conversation, formState, fromConversation, type Origin } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { ruleText } from "./rules-message.ts";

const title = "Add a rule";
const ruleState = formState(z.object({ from: conversation }));
const kinds = z.enum(["keep_agent", "stay_on", "at_most", "wait", "canary_first"]);
const kindTexts = {
  keep_agent: "At least this many keep an agent",
  stay_on: "At least this many stay on one agent",
  at_most: "At most this many on one agent",
  wait: "Runs on the same number are this far apart",
  canary_first: "At most this many in the first tier of a run",
} as const;

/** Opens the form for a new rule, or shows why the person may not use it. */
export async function openRuleForm(req: RequestContext): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    await requireRoleAudited(req.ctx, "admin", "set rules");
    await redrawView(req, opened, ruleView(fromConversation(req.conversation)));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

function ruleView(from: Origin, typed?: NewRule, notice: readonly KnownBlock[] = []): ModalView {
  const options = kinds.options.flatMap((kind) => option(kindTexts[kind], kind) ?? []);
  const chosen = options.find(({ value }) => value === typed?.kind);
  return {
    type: "modal",
    callback_id: "rule",
    private_metadata: ruleState.encode({ from }),
    title: plainText(title),
    submit: plainText("Add"),
    close: plainText("Cancel"),
    blocks: [
      ...notice,
      section(
        "Every change must follow it, no matter who makes it. A number that cannot be read counts against a change.",
      ),
      textInput({
        blockId: "title",
        actionId: "title",
        label: "Name",
        maxLength: longestRuleTitle,
        value: typed?.title,
        placeholder: "Emergency lines answer",
      }),
      {
        type: "input",
        block_id: "kind",
        label: plainText("Demand"),
        element: {
          type: "static_select",
          action_id: "kind",
          placeholder: plainText("Choose what it demands"),
          options,
          ...(chosen ? { initial_option: chosen } : {}),
        },
      },
      textInput({
        blockId: "count",
        actionId: "count",
        label: "How many",
        maxLength: 6,
        value: typed?.count,
        placeholder: "3",
        hint: "A number such as 3. For “on one agent”, also a part such as 50%. How far apart: a time such as 5m.",
      }),
      textInput({
        blockId: "agent",
        actionId: "agent",
        label: "Agent",
        maxLength: 200,
        value: typed?.agent,
        optional: true,
        hint: "Its name or id, for the demands about one agent.",
      }),
      textInput({
        blockId: "numbers",
        actionId: "numbers",
        label: "Numbers",
        maxLength: 3_000,
        value: typed?.numbers,
        multiline: true,
        hint: "One in each line: a number's name or digits, or a connection for all of its numbers.",
      }),
    ],
  };
}

/** A submitted rule. */
interface SubmittedRule {
  readonly from: Origin;
  readonly wanted: NewRule;
}

const ruleSubmission: Submission<SubmittedRule> = {
  ack: (_, view) => {
    const { from } = ruleState.parse(view.private_metadata);
    const values = inputValues(view.state);
    const text = (id: string): string => values.get(id)?.value ?? "";
    const kind = kinds.safeParse(values.get("kind")?.value);
    if (!kind.success)
      return { answer: { response_action: "errors", errors: { kind: "Choose what it demands." } } };
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return {
      answer: { response_action: "update", view: working },
      command: {
        from,
        wanted: {
          title: text("title"),
          kind: kind.data,
          count: text("count"),
          agent: text("agent") || undefined,
          numbers: text("numbers"),
        },
      },
    };
  },
  run: async (req, { from, wanted }, view) => {
    const rule = await setRule(req.ctx, wanted);
    const words = `:white_check_mark: The rule holds from now on.\n${ruleText(rule)}`;
    if (await finishModal(req, { id: view.id }, textModal(title, [section(words)], from))) return;
    await req.in(from).replyPrivately(message([section(words)], stripMrkdwn(words)));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
    const again = command && problem.code !== "not_allowed";
    const next = again ? ruleView(command.from, command.wanted, why.blocks) : textModal(title, why.blocks);
    if (await finishModal(req, { id: view.id }, next)) return;
    await req.in(command?.from ?? {}).replyPrivately(why);
  },
};

export const ruleFormRoutes = [formRoute("rule", ruleSubmission)];
