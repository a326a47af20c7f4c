import type { AuditEntry, ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { FirstCallProof } from "../../domain/changes/first-call.ts";
import { leftBy, problemOf } from "../../domain/changes/change-record.ts";
import type { ChangeKind } from "../../domain/numbers/change.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import { code, escape, slackDate } from "../block-kit/blocks.ts";
import { firstCallLine } from "../block-kit/first-call-text.ts";
import { actorMention, sideEffectLines, fromToText, passedText } from "../block-kit/format.ts";
import { restoredText } from "../block-kit/restore-buttons.ts";
import { hasName, numberName } from "../block-kit/number-title.ts";
import { formatE164 } from "../../operations/shared/format-number.ts";

/** What a vendor is where nothing is known of it. */
const noVendor = { capabilities: { name: { maxLength: 0, clearable: false }, fields: [] } };

/** How a change ended: its mark, the word for it, and whether its maker has done it, tries to, or only tried to. */
interface Ending {
  readonly mark: string;
  readonly word: string;
  readonly form: "done" | "tried" | "doing";
}

/**
 * One change as a paragraph: who and what first, then why, then who answered the first call, then how it ended, where,
 * when, and its id.
 */
export function changeLine(
  record: ChangeRecord,
  accounts: VendorAccounts,
  withNumber: boolean,
  firstCall: FirstCallProof = {},
): string {
  const { requested, outcome } = record;
  const { connection, number, before = {}, labels = {} } = requested;
  const left = leftBy(record);
  const vendor = connection && accounts.vendor(connection.vendor);
  const { mark, word, form } = endingOf(record);
  const [first = "", ...others] =
    Object.keys(left).length > 0
      ? fromToText(before, left, vendor ?? noVendor, labels, { withIds: true }).split("\n")
      : [];
  const fromTo = requested.change === "rename" ? first.replace(/^Name: /u, "") : first;
  const restored = restoredText(requested.details);
  const problem = problemOf(record);
  const isAutomatic = isAutomaticRevert(requested);
  const name = withNumber ? numberName(number ?? {}) : undefined;
  const news = isAutomatic
    ? `Automatic revert${name === undefined ? "" : ` of ${name}`}`
    : `${actorMention(requested.actor)} ${verbText(requested, form)} ${name ?? "it"}${passedText(requested.details)}`;
  const lines = [
    `${mark} ${news}${fromTo ? `: ${fromTo}` : ""}`,
    ...others,
    ...(vendor ? sideEffectLines([before, left, outcome?.after ?? {}], vendor, labels) : []),
    ...(problem ? [escape(problem.message)] : []),
    ...(requested.reason && !isAutomatic ? [`Why: ${escape(requested.reason)}`] : []),
    ...(restored ? [restored] : []),
    ...runLines(requested),
    ...[firstCallLine(firstCall, labels)].filter(Boolean),
    [
      word,
      ...(withNumber ? placeOf(requested) : []),
      slackDate(requested.at),
      ...(requested.changeId ? [`\`${requested.changeId}\``] : []),
    ].join(" · "),
  ];
  return lines.join("\n");
}

/** The run of a plan that a change is a step of. */
function runLines({ details: { run, plan, revision = "" } = {} }: AuditEntry): string[] {
  if (run === undefined || plan === undefined) return [];
  return [`Part of ${code(run)}, plan ${code(plan)}, revision ${escape(revision)}`];
}

/** Whether a change is a temporary one that went back by itself. */
function isAutomaticRevert({ actor }: AuditEntry): boolean {
  return actor.kind === "system" && actor.job === "timed";
}

const verbs: Readonly<Record<ChangeKind, Readonly<Record<Ending["form"], string>>>> = {
  reassign: { done: "reassigned", tried: "tried to reassign", doing: "is reassigning" },
  detach: { done: "detached", tried: "tried to detach", doing: "is detaching" },
  rename: { done: "renamed", tried: "tried to rename", doing: "is renaming" },
  edit: { done: "edited", tried: "tried to edit", doing: "is editing" },
};
const anyVerb = { done: "changed", tried: "tried to change", doing: "is changing" } as const;

function verbText({ change }: AuditEntry, form: Ending["form"]): string {
  return (change === undefined ? anyVerb : verbs[change])[form];
}

/** The digits of a number that is named, and its connection. */
function placeOf({ number, connection }: AuditEntry): string[] {
  const digits = number?.e164 && hasName(number) ? [escape(formatE164(number.e164))] : [];
  return [...digits, ...(connection ? [escape(connection.name)] : [])];
}

function endingOf({ requested, outcome }: ChangeRecord): Ending {
  if (requested.kind === "change.refused") return { mark: ":no_entry:", word: "refused", form: "tried" };
  switch (outcome?.outcome) {
    case "applied":
      return { mark: ":white_check_mark:", word: "applied", form: "done" };
    case "refused":
      return { mark: ":x:", word: "refused", form: "tried" };
    case "unknown":
      return { mark: ":grey_question:", word: "unknown", form: "tried" };
    case undefined:
      return { mark: ":hourglass_flowing_sand:", word: "under way", form: "doing" };
  }
}
