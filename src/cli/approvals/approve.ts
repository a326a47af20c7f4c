import type { Command } from "commander";
import { plural } from "../../domain/text/plural.ts";
import type { CliDeps, Out } from "../cli-context.ts";
import type { ControlCommand } from "../control/control-command.ts";
import { runCommand } from "../control/run-command.ts";
import {
  confirm,
  orRefuse,
  printAnswer,
  withCommonOptions,
  type CommonOptions,
} from "../numbers/common-options.ts";
import { fromToText } from "../numbers/change-text.ts";
import { numberTitle } from "../numbers/number-title.ts";
import { printDone } from "../print-done.ts";
import { sanitize } from "../sanitize.ts";
import type { ApprovalDocument } from "./approval-document.ts";
import {
  approveRequest,
  declineRequest,
  listApprovals,
  previewApproval,
  withdrawRequest,
  type ApprovalListDocument,
  type DecisionDocument,
} from "./approval-commands.ts";

interface DecisionOptions extends CommonOptions {
  readonly comment?: string;
  readonly yes?: true;
}

/** `patchbay approve`, `decline` and `withdraw`: what the buttons of a request do in Slack. */
export function addApprove(patchbay: Command, deps: CliDeps): void {
  withCommonOptions(patchbay.command("approve [request]"))
    .description("list the requests that wait for approval, or approve one: nobody approves their own")
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      "\nExamples:\n  patchbay approve\n  patchbay approve apr_7Hk2mQx9LzTd --as U0123ABCD",
    )
    .action(async (id: string | undefined, options: DecisionOptions) =>
      id === undefined
        ? printAnswer(deps, listApprovals, {}, options, printApprovals)
        : approve(deps, id, options),
    );

  withCommonOptions(patchbay.command("decline <request>"))
    .description("decline a request for approval: nothing is changed")
    .option("--comment <text>", "why, or what to do instead; the person who asked reads it")
    .addHelpText(
      "after",
      '\nExample:\n  patchbay decline apr_7Hk2mQx9LzTd --comment "use the holding agent" --as U0123ABCD',
    )
    .action(async (id: string, { comment, ...options }: DecisionOptions) =>
      decide(deps, declineRequest, { id, comment }, options),
    );

  withCommonOptions(patchbay.command("withdraw <request>"))
    .description("withdraw your own request for approval")
    .addHelpText("after", "\nExample:\n  patchbay withdraw apr_7Hk2mQx9LzTd --as U0123ABCD")
    .action(async (id: string, options: DecisionOptions) => decide(deps, withdrawRequest, { id }, options));
}

async function approve(deps: CliDeps, id: string, { yes, ...options }: DecisionOptions): Promise<void> {
  await orRefuse(deps, options, async () => {
    const { approval } = await runCommand(deps, previewApproval, { id }, options);
    for (const line of approvalLines(approval)) deps.out.err(`${sanitize(line)}\n`);
    await confirm(deps, "Approve it?", yes);
    await decide(deps, approveRequest, { id }, options);
  });
}

/** The exit code of each outcome of what was approved. */
const exitCodes: Readonly<Record<NonNullable<DecisionDocument["outcome"]>, number>> = {
  applied: 0,
  begun: 0,
  refused: 3,
  unknown: 4,
  waiting: 0,
  half: 0,
};

async function decide<Input extends { readonly id: string }>(
  deps: CliDeps,
  command: ControlCommand<Input, DecisionDocument>,
  input: Input,
  options: CommonOptions,
): Promise<void> {
  await printDone(deps, command, input, options, {
    asText: printDecision,
    look: "patchbay approve",
    exitCodeOf: ({ outcome }) => (outcome === undefined ? 0 : exitCodes[outcome]),
  });
}

function printDecision(out: Out, decided: DecisionDocument): void {
  for (const line of decisionLines(decided)) out.out(`${sanitize(line)}\n`);
}

function printApprovals(out: Out, { approvals }: ApprovalListDocument): void {
  if (approvals.length === 0) out.err("No request waits for approval.\n");
  for (const each of approvals) out.out(`${approvalLines(each).map(sanitize).join("\n  ")}\n`);
}

function approvalLines(asked: ApprovalDocument): string[] {
  const { approval, by, expiresAt, reason, incident, change, run, wanted, approved } = asked;
  const what = run ? runLines(run) : change ? changeLines(change) : [];
  const why = reason === undefined ? "" : `: ${reason}`;
  return [
    ...what,
    `asked by ${by}${why}${incident === undefined ? "" : ` (${incident})`}`,
    ...(wanted === 1
      ? []
      : [`${approved.length} of ${wanted} approvals${approved.map(approvedText).join("")}`]),
    `expires ${expiresAt}`,
    approval,
  ];
}

const approvedText = ({ by, at }: ApprovalDocument["approved"][number]): string =>
  `: ${by} approved it ${at}`;

function changeLines(change: NonNullable<ApprovalDocument["change"]>): string[] {
  const { before, after, number, vendor } = change;
  return [`${change.change} ${numberTitle(number)} (${vendor})`, fromToText(before, after, change)];
}

function runLines({
  kind,
  title,
  plan,
  revision,
  changes,
  protected: count,
  overrode,
}: NonNullable<ApprovalDocument["run"]>): string[] {
  const what = kind === "back" ? "fail-back of" : kind;
  return [
    kind === "routes" ? title : `${what} ${title} (${plan}, revision ${revision})`,
    `${plural(changes, "change")}, ${count} of them ${kind === "routes" ? "need approval" : "of protected numbers"}`,
    ...(overrode.length > 0 ? [`in spite of ${overrode.join(", ")}`] : []),
  ];
}

function decisionLines({ approval, decision, outcome, changeId, run, problem }: DecisionDocument): string[] {
  const why = problem ? [problem.message] : [];
  switch (decision) {
    case "declined":
      return [`Declined ${approval}. Nothing was changed.`];
    case "withdrawn":
      return [`Withdrew ${approval}. Nothing was changed.`];
    case "approved":
      break;
  }
  switch (outcome) {
    case "applied":
      return [
        `Approved ${approval}, and the change was made.`,
        ...why,
        `To undo it: patchbay number undo ${changeId ?? ""}`,
      ];
    case "begun":
      return [
        `Approved ${approval}, and the run ${run ?? ""} begins. To follow it: patchbay failover status`,
      ];
    case "refused":
      return [`Approved ${approval}, but the change was refused.`, ...why, "Nothing was changed."];
    case "unknown":
      return [`Approved ${approval}. Unknown whether the number was changed.`, ...why, changeId ?? ""];
    case "half":
      return [
        `Approved ${approval}: 1 of 2 approvals. Nothing was changed yet.`,
        "Another person must approve it too.",
      ];
    case "waiting":
    case undefined:
      return [
        `Approved ${approval}. No server runs, and Patchbay cannot ask Slack for the rights of the person who asked.`,
        "The next server does it, if it starts in time.",
      ];
  }
}
