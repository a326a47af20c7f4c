import { z } from "zod";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { plural } from "../../domain/text/plural.ts";
import { bold, escape } from "../block-kit/blocks.ts";
import { actorMention } from "../block-kit/format.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { json } from "../block-kit/typed-value.ts";
import { settingsText } from "../settings/settings-text.ts";

/** The number, connection or title that an entry is about. */
export function aboutText({ number, connection, details }: AuditEntry): string {
  // The title at that time, if the log has no other name.
  if (number && !number.name && !number.e164 && details?.["title"]) return bold(details["title"]);
  if (number) return `${numberTitle(number)}${connection ? ` at ${escape(connection.name)}` : ""}`;
  if (connection) return bold(connection.name);
  return details?.["title"] ? bold(details["title"]) : "_something_";
}

/** The incident of an entry, with its title. */
export function incidentText({ details, reason }: AuditEntry): string {
  const title = reason === undefined ? "" : ` (${escape(reason)})`;
  return `incident ${bold(details?.["incident"] ?? "")}${title}`;
}

/** What somebody did with a rule. */
export function ruleNews({ kind, actor, details }: AuditEntry, act: string): string {
  const mark = kind === "rule.overridden" || kind === "breakglass.reviewed" ? ":rotating_light:" : ":lock:";
  return `${mark} ${actorMention(actor)} ${act} ${bold(details?.["title"] ?? "")}: ${escape(details?.["demand"] ?? "")}`;
}

/** The run that a request for approval is about. */
export function failoverText({ details }: AuditEntry): string {
  if (details?.["kind"] === "routes") return `the routes run: ${bold(details.proposal ?? "")}`;
  const what = details?.["kind"] === "back" ? "the fail-back of" : "the failover";
  return `${what} ${bold(details?.["plan"] ?? "")}, revision ${details?.["revision"]}, with ${plural(Number(details?.["protected"]), "protected number")}`;
}

/** The failover plan of an entry. */
export function planText({ details }: AuditEntry): string {
  return `the failover plan ${bold(details?.["title"] ?? "")} (${details?.["plan"]}, revision ${details?.["revision"]})`;
}

/** Why a temporary change was not reverted. */
export function leftText({ problem, details }: AuditEntry): string {
  if (problem) return escape(problem.message);
  if (details?.["why"] === "already") return "it was already back.";
  return "someone changed it since.";
}

const settled = json(z.record(z.string(), z.unknown()));

/** The settings that an entry changed. */
export function changedKeys({ details }: AuditEntry): string {
  const read = settled.safeParse(details?.["after"]);
  return read.success ? settingsText(Object.keys(read.data)) : "settings";
}
