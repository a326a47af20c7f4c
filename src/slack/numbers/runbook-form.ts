import type { KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { longestRunbookUrl, runbookUrlFault } from "../../domain/text/runbook-url.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { findTarget } from "../../operations/restrictions/target.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { presentNames } from "../../operations/shared/present-names.ts";
import { runbookAct, setRunbook } from "../../operations/workspace/set-runbook.ts";
import { message, plainText, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { runbookText } from "../block-kit/runbook-text.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import { textInput } from "../forms/inputs.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { conversation, formState, fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import type { Command } from "../listener/command.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute, type Submission } from "../listener/submission.ts";

const title = "Runbook";
const runbookForm = z.object({
  from: conversation,
  number: z.object({ connectionId: z.string(), numberId: z.string() }),
});
type RunbookForm = z.infer<typeof runbookForm>;
const runbookState = formState(runbookForm);

/** Links a number to its runbook, in a form. */
export const runbook: Command = {
  verb: "runbook",
  group: "admin",
  usage: "<number>",
  summary: "Link a number to its runbook",
  details:
    "Opens a form for the address of a number's runbook: https only. The number's card and its results link to it.",
  examples: ["runbook 0100"],
  role: "admin",
  changes: false,
  run: async (req, rest) =>
    openRunbookForm(req, async () => {
      const target = await findTarget(req.ctx, rest);
      if (target.kind !== "number")
        throw new Problem("invalid_input", "Say which number: its name, or its last four or more digits.");
      return target.listed.key;
    }),
};

/** The same, for the button of a card. */
export async function openRunbookOf(req: RequestContext, value: string | undefined): Promise<void> {
  await openRunbookForm(req, async () => numberValue.parse(value));
}

async function openRunbookForm(req: RequestContext, find: () => Promise<NumberKey>): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    await requireRoleAudited(req.ctx, "admin", runbookAct);
    const number = await find();
    const url = (await req.ctx.workspace.runbooks.of(number)) ?? "";
    const form = { from: fromConversation(req.conversation), number };
    await redrawView(req, opened, await runbookView(req, form, url));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

async function runbookView(
  req: RequestContext,
  form: RunbookForm,
  url: string,
  notice: readonly KnownBlock[] = [],
): Promise<ModalView> {
  return {
    type: "modal",
    callback_id: "runbook",
    private_metadata: runbookState.encode(form),
    title: plainText(title),
    submit: plainText("Save"),
    close: plainText("Cancel"),
    blocks: [
      ...notice,
      section(
        `What to do about ${await titleOf(req, form.number)}. Everyone who may see numbers sees the link.`,
      ),
      textInput({
        blockId: "url",
        actionId: "url",
        label: "Address",
        maxLength: longestRunbookUrl,
        value: url,
        optional: true,
        placeholder: "https://wiki.example.com/runbooks/support",
        hint: "https only, without a user name. Leave it empty to remove the link. Patchbay never opens it.",
      }),
    ],
  };
}

/** A submitted form. */
interface SubmittedRunbook {
  readonly form: RunbookForm;
  readonly url: string;
}

const runbookSubmission: Submission<SubmittedRunbook> = {
  ack: (_, view) => {
    const form = runbookState.parse(view.private_metadata);
    const url = inputValues(view.state).get("url")?.value?.trim() ?? "";
    const fault = url === "" ? undefined : runbookUrlFault(url);
    if (fault !== undefined) return { answer: { response_action: "errors", errors: { url: fault } } };
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return { answer: { response_action: "update", view: working }, command: { form, url } };
  },
  run: async (req, { form, url }, view) => {
    const now = await setRunbook(req.ctx, form.number, url);
    const what = now === undefined ? "has no runbook now." : `is linked. ${runbookText(now)}`;
    const words = `:white_check_mark: ${await titleOf(req, form.number)} ${what}`;
    if (await finishModal(req, { id: view.id }, textModal(title, [section(words)], form.from))) return;
    await req.in(form.from).replyPrivately(message([section(words)], stripMrkdwn(words)));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
    const canCorrect = command && ["invalid_input", "nothing_to_change"].includes(problem.code);
    const next = canCorrect
      ? await runbookView(req, command.form, command.url, why.blocks)
      : textModal(title, why.blocks, command?.form.from);
    if (await finishModal(req, { id: view.id }, next)) return;
    await req.in(command?.form.from ?? {}).replyPrivately(why);
  },
};

export const runbookFormRoutes = [formRoute("runbook", runbookSubmission)];

/** The number's title from the last list; its id if no list has it. */
async function titleOf(req: RequestContext, key: NumberKey): Promise<string> {
  return numberTitle({ ...key, ...(await presentNames(req.ctx, [key], "nothing"))(key) });
}
