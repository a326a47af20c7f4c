import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { requesterText } from "../../domain/runs/pause-text.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { bold } from "../block-kit/blocks.ts";
import { actorMention } from "../block-kit/format.ts";

type RunKind = Extract<AuditKind, `failover.${string}` | "routes.applied">;

/** How to announce what happens to a run. */
export const runAnnouncements: Readonly<Partial<Record<RunKind, (entry: AuditEntry) => string | undefined>>> =
  {
    "failover.begun": (entry) =>
      `:twisted_rightwards_arrows: ${actorMention(entry.actor)} began ${runText(entry)}`,
    "failover.paused": (entry) =>
      entry.connection
        ? `:double_vertical_bar: ${bold(entry.connection.name)} is paused in ${runText(entry)}: ${countsText(entry)}`
        : `:double_vertical_bar: ${actorMention(entry.actor)} paused ${runText(entry)}: ${countsText(entry)}${whyText(entry)}`,
    "failover.resumed": (entry) => `:arrow_forward: ${actorMention(entry.actor)} continued ${runText(entry)}`,
    "failover.stopped": (entry) =>
      entry.outcome === "refused"
        ? undefined
        : `:octagonal_sign: ${actorMention(entry.actor)} stopped ${runText(entry)}: ${countsText(entry)}`,
    "failover.held": (entry) =>
      `:white_check_mark: ${sentence(runText(entry))} is through: ${countsText(entry)}`,
    "failover.returned": isOver,
    "failover.ended": (entry) =>
      `:checkered_flag: ${sentence(runText(entry))} is over: what its fail-back had left was found not to be switched`,
    "failover.practised": isOver,
    "routes.applied": isOver,
  };

function isOver(entry: AuditEntry): string {
  const left = entry.details?.["left"];
  const notBack = left === undefined ? "" : `, ${left} could not be put back`;
  return `:checkered_flag: ${sentence(runText(entry))} is over: ${countsText(entry)}${notBack}`;
}

const runNames: Readonly<Record<string, string>> = {
  revert: "the revert of",
  failover: "failover",
  practice: "the practice of",
  back: "the fail-back of",
  routes: "the routes run of",
};

function runText({ details }: AuditEntry): string {
  const { kind = "", plan, source, incident = "" } = details ?? {};
  return `${ownValue(runNames, kind) ?? "the run of"} ${bold(plan ?? source ?? incident)}`;
}

function countsText({ details }: AuditEntry): string {
  return `${details?.["changed"] ?? 0} of ${details?.["of"] ?? 0} changed after ${formatDuration(Number(details?.["seconds"] ?? 0) * 1000)}`;
}

/** Others have to go on with a run whose own person cannot. */
const whyText = ({ details }: AuditEntry): string =>
  details?.["why"] === "requester" ? `. ${requesterText}` : "";

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
