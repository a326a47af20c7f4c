import {
  aboutText,
  changedKeys,
  failoverText,
  incidentText,
  leftText,
  planText,
  ruleNews,
} from "./entry-text.ts";
import { alertAnnouncements } from "./alert-announcements.ts";
import { onCallAnnouncements } from "./on-call-announcements.ts";
import { firstCallAnnouncements } from "./first-call-announcements.ts";
import { runAnnouncements } from "./run-announcements.ts";
import { tokenAnnouncements } from "./token-announcements.ts";
import { webhookAnnouncements } from "./webhook-announcements.ts";
import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { WorkspaceSettings } from "../../domain/access/workspace-settings.ts";
import {
  actions,
  button,
  context,
  escape,
  type Message,
  message,
  sections,
  slackDate,
} from "../block-kit/blocks.ts";
import { actorMention, stripMrkdwn } from "../block-kit/format.ts";
import { changeLine } from "../numbers/change-line.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { plural } from "../../domain/text/plural.ts";

type Formatter = (
  entry: AuditEntry,
  accounts: VendorAccounts,
  requested: AuditEntry | undefined,
) => string | undefined;

const done =
  (mark: string, act: string): Formatter =>
  (entry) =>
    entry.outcome === "refused"
      ? undefined
      : `${mark} ${actorMention(entry.actor)} ${act} ${aboutText(entry)}${countedText(entry)}`;

/** How many approvals there are of those that are wanted, if more than one is. */
function countedText({ kind, details }: AuditEntry): string {
  const { wanted, given } = details ?? {};
  if (wanted === undefined) return "";
  if (kind === "protection.set") return wanted === "2" ? " with two approvals" : " with one approval";
  return given === undefined ? ` (${wanted} approvals)` : ` (${given} of ${wanted} approvals)`;
}

/** What was decided about a request: for a change of a number, or for a whole failover. */
const asking =
  (mark: string, aboutChange: string, aboutRun: string): Formatter =>
  (entry, ...rest) =>
    entry.number === undefined && entry.details?.["run"] !== undefined && entry.outcome !== "refused"
      ? `${mark} ${actorMention(entry.actor)} ${aboutRun} ${failoverText(entry)}${countedText(entry)}`
      : done(mark, aboutChange)(entry, ...rest);

/**
 * How to announce each kind of entry. Other kinds are not announced. Neither are refusals: the channel learns about
 * changes, and admins about refusals (`notify-refusals.ts`).
 */
const announcements: Readonly<Partial<Record<AuditKind, Formatter>>> = {
  "change.outcome": (entry, accounts, asked) => {
    // The reconciler has found nothing new.
    if (entry.outcome === "unknown" && entry.actor.kind === "system") return undefined;
    // The change's record says who answered before and what agents are called. Only the outcome says who found it out.
    const requested = asked ? { ...asked, details: { ...asked.details, ...entry.details } } : entry;
    return changeLine({ requested, outcome: entry }, accounts, true);
  },
  "settings.changed": (entry) =>
    `:gear: ${actorMention(entry.actor)} changed the settings: ${changedKeys(entry)}`,
  "connection.added": done(":electric_plug:", "added the connection"),
  "connection.replaced": done(":key:", "replaced the key of"),
  "connection.removed": done(":electric_plug:", "removed the connection"),
  "freeze.set": done(":snowflake:", "froze"),
  "freeze.lifted": done(":snowflake:", "unfroze"),
  "freeze.ended": (entry) => `:snowflake: The freeze of ${aboutText(entry)} expired`,
  "protection.set": done(":lock:", "protected"),
  "protection.lifted": done(":unlock:", "unprotected"),
  "approval.requested": asking(":raised_hand:", "asks for approval to change", "asks for approval of"),
  "approval.approved": asking(":heavy_check_mark:", "approved the change to", "approved"),
  "approval.declined": asking(":x:", "declined the change to", "declined"),
  "approval.expired": (entry) =>
    entry.number === undefined && entry.details?.["run"] !== undefined
      ? `:hourglass: The request for ${failoverText(entry)} expired: nobody decided in time${countedText(entry)}`
      : `:hourglass: The request to change ${aboutText(entry)} expired: nobody decided in time${countedText(entry)}`,
  "approval.withdrawn": asking(
    ":leftwards_arrow_with_hook:",
    "withdrew the request to change",
    "withdrew the request for",
  ),
  "breakglass.reviewed": (entry, ...others) =>
    entry.details?.["rule"] === undefined
      ? done(":rotating_light:", "reviewed the break-glass change to")(entry, ...others)
      : ruleNews(entry, "reviewed an override of the rule"),
  "incident.started": (entry) =>
    `:triangular_flag_on_post: ${actorMention(entry.actor)} started ${incidentText(entry)}`,
  "incident.ended": (entry) => `:checkered_flag: ${actorMention(entry.actor)} ended ${incidentText(entry)}`,
  "incident.reverted": (entry) =>
    entry.outcome === "refused"
      ? undefined
      : `:leftwards_arrow_with_hook: ${actorMention(entry.actor)} reverts ${incidentText(entry)}`,
  "plan.saved": (entry) =>
    entry.outcome === "refused"
      ? undefined
      : `:pushpin: ${actorMention(entry.actor)} saved ${planText(entry)}, with ${plural(Number(entry.details?.["numbers"]), "number")}`,
  "plan.removed": (entry) =>
    entry.outcome === "refused"
      ? undefined
      : `:pushpin: ${actorMention(entry.actor)} removed ${planText(entry)}`,
  "plan.approved": (entry) =>
    `:heavy_check_mark: ${actorMention(entry.actor)} approved ${planText(entry)} for ${plural(Number(entry.details?.["protected"]), "protected number")}${countedText(entry)}`,
  "failover.drilled": (entry) =>
    `:pushpin: ${actorMention(entry.actor)} drilled the failover plan ${escape(entry.details?.["plan"] ?? "")}: ${entry.details?.["ready"]} of ${entry.details?.["of"]} numbers could be switched`,
  "rule.set": (entry) => ruleNews(entry, "set the rule"),
  "rule.removed": (entry) => ruleNews(entry, "removed the rule"),
  "rule.overridden": (entry) => ruleNews(entry, "overrides for 15 minutes the rule"),
  "gate.closed": (entry) => `:no_entry: ${actorMention(entry.actor)} turned automation off`,
  "gate.opened": (entry) => `:gear: ${actorMention(entry.actor)} turned automation on`,
  ...firstCallAnnouncements,
  ...runAnnouncements,
  ...tokenAnnouncements,
  ...webhookAnnouncements,
  ...alertAnnouncements,
  ...onCallAnnouncements,
  "runbook.set": done(":pushpin:", "set the runbook of"),
  "runbook.removed": done(":pushpin:", "removed the runbook of"),
  "timed.kept": done(":pushpin:", "made permanent the temporary change of"),
  "timed.extended": done(":alarm_clock:", "extended the temporary change of"),
  "timed.ended": done(":alarm_clock:", "is reverting early the temporary change of"),
  "timed.left": (entry) =>
    `:warning: The temporary change of ${aboutText(entry)} expired, and the number was NOT reverted: ${leftText(entry)}`,
};

/**
 * The announcement of an entry; undefined if its kind is not announced, or if the channel already knows because the
 * request or the decision was made there.
 */
export function announcementOf(
  entry: AuditEntry,
  settings: WorkspaceSettings,
  accounts: VendorAccounts,
  requested?: AuditEntry,
): Message | undefined {
  if (isReportedThere(entry, settings)) return undefined;
  const words = ownValue(announcements, entry.kind)?.(entry, accounts, requested);
  if (words === undefined) return undefined;
  const why = entry.reason && !hasOwnReason.test(entry.kind);
  const text = `${words}${why ? `\nWhy: ${escape(entry.reason)}` : ""}`;
  const footer = `Audit log entry ${entry.sequence} · ${slackDate(entry.at)}`;
  const number = entry.number && numberValue.encode(entry.number);
  const buttons = number
    ? [actions([button("show", "Show", number), button("history", "History", number)])]
    : [];
  return message(
    [...sections(text.split("\n")), context(footer), ...buttons],
    stripMrkdwn(`${text}\n${footer}`),
  );
}

/** Kinds whose text already contains the reason, or has another one in its place. */
const hasOwnReason = /refused$|^change\.outcome$|^incident\./u;

/** Kinds that are reported in the conversation of the request, which their entries name as `channel`. */
const reportedInConversation = /^(?:change\.outcome$|incident\.|failover\.|timed\.)/u;

function isReportedThere({ kind, outcome, details }: AuditEntry, settings: WorkspaceSettings): boolean {
  const here = settings.announcementsChannelId;
  if (reportedInConversation.test(kind) && details?.["channel"] === here) return true;
  const approvals = settings.protection?.channelId;
  // Nothing in that channel says that somebody was paged. Before a page is sent, there is nothing to say.
  if (kind === "approval.paged") return outcome === "unknown";
  // A page that is closed concerns the person who got it. One that stays open goes on alerting that person.
  if (kind === "approval.page_closed") return outcome !== "refused";
  const isApproval = kind.startsWith("approval.") || details?.["breakGlass"] === "yes";
  return isApproval && !kind.endsWith(".refused") && approvals !== undefined && approvals === here;
}
