import type { KnownBlock } from "@slack/types";
import type { RequestedRun, RunApproval } from "../../domain/changes/approval.ts";
import { agentKey } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import {
  actions,
  bold,
  button,
  context,
  cut,
  escape,
  message,
  section,
  sections,
  slackDate,
  type Message,
} from "../block-kit/blocks.ts";
import { fromToText, stripMrkdwn } from "../block-kit/format.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { verdictCounts } from "../../domain/runs/verdict-counts.ts";
import { decisionText, onCallLines, wantedLines } from "./decision-text.ts";
import { requestedRunName } from "../block-kit/pending-approvals.ts";
import { plural } from "../../domain/text/plural.ts";

const shortTime = "{date_short_pretty} {time}";

/** A number of a run: now, and after it. */
type NumberOfRun = RequestedRun["numbers"][number];

/** A request to approve a whole run, for approvers: what it does, each protected number, why, and until when. */
export function runApprovalMessage(
  approval: RunApproval,
  accounts: VendorAccounts,
  onCall: readonly string[],
): Message {
  const { asked, id, expiresAt } = approval;
  const lines = [
    isProposal(asked)
      ? `:lock: ${titleOf(asked)}. <@${asked.userId}> asks for approval.`
      : `:lock: <@${asked.userId}> asks for approval of ${titleOf(asked)}`,
    ...whatLines(asked, accounts),
    ...wantedLines(approval),
    ...onCallLines(onCall),
    approval.wanted === 2
      ? "The second approval begins the whole run at once, exactly as it was shown."
      : "Approving begins the whole run at once, exactly as it was shown.",
    `Approve by ${slackDate(expiresAt, shortTime)} or it expires unchanged.`,
  ];
  const all = asked.protected > asked.numbers.length ? [button("approval:numbers", "All numbers", id)] : [];
  return withFooter(approval, lines, [
    actions([
      button("approve", "Approve", id, "primary"),
      button("decline", "Decline", id, "danger"),
      ...all,
    ]),
  ]);
}

/** The request after the decision. `outcomeText` says what became of the run. */
export function decidedRunMessage(
  approval: RunApproval,
  accounts: VendorAccounts,
  outcomeText?: string,
): Message {
  const lines = [
    `${decisionText(approval)} <@${approval.asked.userId}> asked for approval${isProposal(approval.asked) ? ":" : " of"} ${titleOf(approval.asked)}`,
    ...whatLines(approval.asked, accounts),
    ...(outcomeText === undefined ? [] : [outcomeText]),
  ];
  return withFooter(approval, lines);
}

/** The decision, for the conversation where approval was requested. */
export function runDecisionMessage(approval: RunApproval, accounts: VendorAccounts, why?: string): Message {
  const lines = [
    `${decisionText(approval)} The ${requestedRunName(approval.asked)} that <@${approval.asked.userId}> asked for was *not* begun: ${titleOf(approval.asked)}`,
    ...whatLines(approval.asked, accounts),
    why ?? "Nothing was changed.",
  ];
  return withFooter(approval, lines);
}

/** The decision that the run has begun, for the conversation where approval was requested. */
export function begunRunMessage(approval: RunApproval): Message {
  return withFooter(approval, [
    `${decisionText(approval)} The ${requestedRunName(approval.asked)} that <@${approval.asked.userId}> asked for has begun: ${titleOf(approval.asked)}`,
  ]);
}

export const hasBegunText = (asked: RequestedRun): string => `The ${requestedRunName(asked)} has begun.`;

/** A protected number in one line of mrkdwn: now → after. */
export function protectedLine(number: NumberOfRun, accounts: VendorAccounts): string {
  return numberLine(":lock:", number, accounts);
}

/** A number that needs the approval, in one line. Of a proposal, all do. */
export function requestedLine(asked: RequestedRun, number: NumberOfRun, accounts: VendorAccounts): string {
  return numberLine(isProposal(asked) ? "•" : ":lock:", number, accounts);
}

function numberLine(
  mark: string,
  { e164, name, connection, vendor, now, first, labels }: NumberOfRun,
  accounts: VendorAccounts,
): string {
  const title = e164 === undefined ? "_a number that could not be read_" : numberTitle({ name, e164 });
  const isDetached = ownValue(first, agentKey) === null;
  const fromTo = fromToText(now, first, accounts.vendor(vendor), labels, { withIds: true });
  return `${mark} ${title} at ${escape(connection)}: ${fromTo}${isDetached ? " :warning: *No agent will answer: callers may reach nobody.*" : ""}`;
}

/** Whether all its numbers are approved as a whole, and not only the protected ones of a run. */
const isProposal = ({ kind }: Pick<RequestedRun, "kind">): boolean => kind === "routes";

function titleOf({ kind, plan }: RequestedRun): string {
  if (kind === "routes") return bold(plan.title);
  const names = {
    failover: "the failover",
    practice: "a practice of the failover",
    back: "the fail-back of",
  };
  const what = names[kind];
  return `${what} ${bold(plan.title)} (${plan.slug}, revision ${plan.revision})`;
}

function whatLines(asked: RequestedRun, accounts: VendorAccounts): string[] {
  const { counts, numbers, incident, reason, forMs } = asked;
  const more = asked.protected - numbers.length;
  return [
    verdictCounts(new Map(Object.entries(counts)), asked.protected),
    ...numbers.map((number) => requestedLine(asked, number, accounts)),
    ...(more > 0
      ? [`And ${plural(more, isProposal(asked) ? "more number" : "more protected number")}.`]
      : []),
    ...(forMs === undefined ? [] : [`The numbers stay switched for ${formatDuration(forMs)}.`]),
    ...rulesLines(asked),
    ...(incident === undefined ? [] : [`For incident ${bold(incident)}`]),
    ...(reason === undefined ? [] : [`Why: ${escape(cut(reason, 300))}`]),
  ];
}

/** Rules are evaluated for a failover as a whole, and for a fail-back only change by change. */
function rulesLines({ kind, overrode }: RequestedRun): string[] {
  if (kind === "back") return [];
  return [
    overrode.length === 0
      ? "No rule blocks it."
      : `:rotating_light: Overrides ${overrode.map((title) => bold(title)).join(", ")}.`,
  ];
}

function withFooter(
  { id, asked: { runId, at, preview } }: RunApproval,
  lines: readonly string[],
  more: readonly KnownBlock[] = [],
): Message {
  const footer = `Request \`${id}\` · run \`${runId}\` · preview \`${preview.slice(0, 12)}\` · asked ${slackDate(at, shortTime)}`;
  return message([...sections(lines), context(footer), ...more], stripMrkdwn([...lines, footer].join("\n")));
}

/** The form's text while a run awaits approval. `delivered` is the number of places that were asked. */
export function waitingRunBlocks(approval: RunApproval, delivered: number): KnownBlock[] {
  const { asked, id, expiresAt } = approval;
  const nobody =
    ":warning: *Patchbay could not notify any approver.* Ask one yourself. An admin can set the approvers and their channel: `/number settings`.";
  const others = asked.changes - asked.protected;
  return [
    section(
      `:lock: ${plural(asked.protected, "number")} of ${titleOf(asked)} ${asked.protected === 1 ? "needs" : "need"} approval. *Nothing has changed yet.*`,
    ),
    section(
      `Waiting for approval of the whole run until ${slackDate(expiresAt, shortTime)}.${delivered > 0 ? " We'll tell you here." : `\n${nobody}`}`,
    ),
    ...wantedLines(approval).map((line) => section(line)),
    actions([
      button("withdraw", "Withdraw", id),
      ...(others > 0
        ? [
            button(
              "failover:without",
              `${asked.kind === "back" ? "Put back" : "Switch"} ${others} without them`,
              asked.runId,
            ),
          ]
        : []),
    ]),
    context(`Request \`${id}\` · run \`${asked.runId}\``),
  ];
}
