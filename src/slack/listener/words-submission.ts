import type { KnownBlock } from "@slack/types";
import { message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Submission } from "./submission.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues, type InputValue } from "../forms/input-values.ts";
import type { Origin } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";

/** A submitted form: which one, and what was entered. */
export interface Submitted<Form> {
  readonly form: Form;
  readonly values: ReadonlyMap<string, InputValue>;
  text(id: string): string;
}

interface WordsOptions<Form> {
  readonly title: string;
  formOf(privateMetadata: string): Form;
  /** What the person reads if the form could not show the result. */
  readonly notShown: string;
}

/** Submissions of forms that end in words, or in an explanation of what was wrong. `check` gives the faults by input. */
export function wordsSubmission<Form extends { readonly from: Origin }>({
  title,
  formOf,
  notShown,
}: WordsOptions<Form>) {
  return (
    run: (req: RequestContext, submitted: Submitted<Form>) => Promise<readonly KnownBlock[]>,
    check: (submitted: Submitted<Form>) => Record<string, string> = () => ({}),
  ): Submission<Submitted<Form>> => ({
    ack: (_, view) => {
      const values = inputValues(view.state);
      const form = formOf(view.private_metadata);
      const submitted = { form, values, text: (id: string) => values.get(id)?.value ?? "" };
      const errors = check(submitted);
      if (Object.keys(errors).length > 0) return { answer: { response_action: "errors", errors } };
      const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
      return { answer: { response_action: "update", view: working }, command: submitted };
    },
    run: async (req, submitted, view) => {
      const blocks = await run(req, submitted);
      const { from } = submitted.form;
      if (await finishModal(req, { id: view.id }, textModal(title, blocks, from))) return;
      await req.in(from).replyPrivately(message([section(notShown)], stripMrkdwn(notShown)));
    },
    onError: async (req, { message: why, problem }, view, command) => {
      if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
      if (await finishModal(req, { id: view.id }, textModal(title, why.blocks, command?.form.from))) return;
      await req.in(command?.form.from ?? {}).replyPrivately(why);
    },
  });
}
