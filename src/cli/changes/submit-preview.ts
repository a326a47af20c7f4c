import { isProblem, Problem } from "../../domain/problem/problem.ts";
import type { CliDeps } from "../cli-context.ts";
import { AnswerLostError } from "../control/control-client.ts";
import { runCommand, type CommandOptions } from "../control/run-command.ts";
import { exitErrorLine, exitErrorOf } from "../exit-error.ts";
import { printOrSay } from "../print-or-say.ts";
import { confirm } from "../numbers/common-options.ts";
import { fromToText } from "../numbers/change-text.ts";
import type { ChangeDocument } from "../../operations/documents/number-document.ts";
import { jsonLine, sanitize } from "../sanitize.ts";
import type { PreviewDocument, ResultDocument } from "./change-documents.ts";
import { changeOutcome } from "./change-outcome.ts";
import { makeChange } from "./make-change.ts";
import { printPreview, printResult } from "./print-change.ts";

/** How a change is confirmed and printed. */
export interface SubmitOptions extends CommandOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** The exit code of each outcome. */
const exitCodes: Readonly<Record<ResultDocument["outcome"], number>> = {
  applied: 0,
  refused: 3,
  unknown: 4,
  asked: 5,
};

/**
 * Shows a previewed change, asks for confirmation, makes it and prints the result. `shown` gets what the preview has said
 * against it. Throws what the change pipeline throws, and `ended` with the exit code of an outcome other than applied.
 */
export async function submitPreview(
  deps: CliDeps,
  preview: PreviewDocument,
  { yes, json, ...options }: SubmitOptions,
  shown: Set<string>,
): Promise<void> {
  printPreview(deps, preview);
  if (preview.obstacle !== undefined) shown.add(preview.obstacle);
  await confirm(deps, "Apply it?", yes);
  const made = await submitPatiently(deps, preview, { ...options, workspace: preview.workspace });
  const result = { ...made, redoes: preview.redoes };
  const exitCode = exitCodes[result.outcome];
  await printOrSay(deps.out, exitCode, {
    print: (out) => (json ? out.out(jsonLine(result)) : printResult(out, result)),
    say: (out) => printResult(out, result),
  });
}

/** Who presses Ctrl-C learns that the change goes on, and how to look it up. Pressed again, it ends the command. */
async function submitPatiently(
  deps: CliDeps,
  preview: PreviewDocument,
  options: CommandOptions,
): Promise<ResultDocument> {
  const release = deps.onInterrupt(() => {
    deps.out.err(
      `\nThe change ${preview.submit.changeId} has begun. Waiting for its outcome… Press Ctrl-C again to leave. Then look it up before you change the number again: patchbay number history\n`,
    );
  });
  try {
    return await submit(deps, preview, options);
  } finally {
    release();
  }
}

/** If the server is lost on the way, the audit log says how far it came: it is written before the vendor is asked. */
async function submit(
  deps: CliDeps,
  preview: PreviewDocument,
  options: CommandOptions,
): Promise<ResultDocument> {
  try {
    return await runCommand(deps, makeChange, preview.submit, { ...options, isSentOnce: true });
  } catch (error) {
    if (isProblem(error, "conflict")) throw withStates(error, preview);
    if (!(error instanceof AnswerLostError)) throw error;
    return resultOfLost(deps, preview, error, options);
  }
}

async function resultOfLost(
  deps: CliDeps,
  preview: PreviewDocument,
  lost: AnswerLostError,
  options: CommandOptions,
): Promise<ResultDocument> {
  const { changeId } = preview.submit;
  if (lost.how === "failed" && lost.cause !== undefined) deps.out.err(exitErrorOf(lost.cause).text);
  deps.out.err(`${lost.message}. Looking at the audit log…\n`);
  let change: ChangeDocument | undefined;
  try {
    ({ change } = await runCommand(deps, changeOutcome, { changeId }, options));
  } catch (error) {
    const words = `The audit log could not be read: ${exitErrorLine(error)}`;
    throw new Problem("outcome_unknown", words, { id: changeId }, error);
  }
  if (change) return resultOnRecord(preview, change);
  if (lost.how === "silent")
    throw new Problem("outcome_unknown", "Nothing is on record yet.", { id: changeId });
  throw new Problem("not_recorded", "The change was not recorded, so nothing was sent.", {
    field: "lock",
    id: changeId,
  });
}

/** A conflict with both states, in the words of the preview. */
function withStates(error: Problem, preview: PreviewDocument): Problem {
  const { seen, now } = error.details;
  if (!seen || !now) return error;
  const words = `${error.message} You saw → it is now: ${sanitize(fromToText(seen, now, preview))}.`;
  return new Problem(error.code, words, error.details, error);
}

function resultOnRecord(
  { workspace, vendor, number, submit: { changeId, change } }: PreviewDocument,
  found: ChangeDocument,
): ResultDocument {
  const { outcome, before, after, labels, versionWord, reason, problem, until, breakGlass } = found;
  return {
    workspace,
    vendor,
    changeId,
    change: change.kind,
    outcome: outcome === "pending" ? "unknown" : outcome,
    number: found.number ?? number,
    before,
    after,
    labels,
    versionWord,
    reason,
    problem,
    until,
    breakGlass: breakGlass ? true : undefined,
    // What is pending is on record, and its outcome follows.
    isRecorded: true,
  };
}
