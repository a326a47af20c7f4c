import type { AuditEntry, ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { Incident } from "../../domain/changes/incident.ts";
import type { RunStep } from "../../domain/runs/run-step.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import { actions, button, message, section, sections, slackDate, type Message } from "../block-kit/blocks.ts";
import { actorMention, stripMrkdwn } from "../block-kit/format.ts";
import { changeLine } from "../numbers/change-line.ts";
import { incidentTitle } from "./incident-message.ts";
import { plural } from "../../domain/text/plural.ts";
import { isOpen, numberLine, numbersOf } from "./revert-message.ts";

/** The content of an incident's summary. */
export interface Summary {
  readonly incident: Incident;
  /** Oldest first. */
  readonly changes: readonly ChangeRecord[];
  /** The entries about its failovers, oldest first. */
  readonly runs: readonly AuditEntry[];
  /** The entries about the first calls after its changes, oldest first. */
  readonly calls: readonly AuditEntry[];
  /** The combined effect on each number, as of now. */
  readonly steps: readonly RunStep[];
  readonly at: Date;
}

/** The number of phone numbers in the summary. The report has all of them. */
const mostNumbers = 10;
/** The number of changes per message, and the most messages, if the file cannot be uploaded. */
const perPart = 12;
const mostParts = 3;

/** How an incident ended, what is still changed, and how to revert that. */
export function summaryMessage({ incident, changes, steps, at }: Summary, accounts: VendorAccounts): Message {
  const { startedAt, endedAt = at.toISOString(), endedBy } = incident;
  const minutes = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 60_000);
  const long = minutes < 1 ? "less than a minute" : plural(minutes, "minute");
  const by = endedBy ? ` by ${actorMention(endedBy)}` : "";
  const open = steps.filter(isOpen);
  const head = `:checkered_flag: ${incidentTitle(incident)} ${endedBy ? `was ended${by}` : "is open"}, ${long} after it was started (${slackDate(startedAt)}).`;
  const count = `${plural(changes.length, "change")} to ${plural(numbersOf(steps).length, "number")}; ${
    open.length === 0 ? "*all reverted*." : `*${open.length} not reverted*:`
  }`;
  const numbers = numbersOf(open);
  const lines = numbers.slice(0, mostNumbers).map((number) => remainsLine(number, accounts));
  const left = numbers.length - lines.length;
  const more =
    left > 0 ? [`And ${plural(left, "other number")}: *Timeline* and the report have all of them.`] : [];
  const buttons = [
    ...(open.length > 0 ? [button("incident:revert", "Revert the rest…", incident.key, "primary")] : []),
    button("incident", "Timeline", incident.key),
  ];
  const said = [count, ...lines, ...more];
  return message(
    [section(head), ...said.flatMap((line) => sections(line.split("\n"))), actions(buttons)],
    stripMrkdwn([head, ...said].join("\n")),
  );
}

/** The remaining effect on a number, before a revert. */
function remainsLine(steps: Parameters<typeof numberLine>[0], accounts: VendorAccounts): string {
  return numberLine(steps, accounts).replaceAll(" will be restored: ", " can be restored: ");
}

/**
 * The changes in order as messages, used if the file cannot be uploaded. If there are very many, only the last ones.
 */
export function timelineParts(changes: readonly ChangeRecord[], accounts: VendorAccounts): Message[] {
  const told = changes.slice(-perPart * mostParts);
  const parts = Array.from({ length: Math.ceil(told.length / perPart) }, (_, part) =>
    told.slice(part * perPart, (part + 1) * perPart),
  );
  const skipped = changes.length - told.length;
  return parts.map((part, index) => {
    const head = `What was done, oldest first${parts.length > 1 ? `, ${index + 1} of ${parts.length}` : ""}${
      skipped > 0 && index === 0
        ? ` (${plural(skipped, "older change")} left out; the timeline has them)`
        : ""
    }:`;
    const lines = part.map((change) => changeLine(change, accounts, true));
    return message(
      [section(head), ...lines.flatMap((line) => sections(line.split("\n")))],
      stripMrkdwn([head, ...lines].join("\n")),
    );
  });
}
