import { formatActor } from "../../domain/shared/actor.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import { fromToText } from "../numbers/change-text.ts";

/** The column headings of the audit table. */
export const auditHeadings = [
  "TIME (UTC)",
  "WORKSPACE",
  "ACTOR",
  "WHAT",
  "ABOUT",
  "FROM → TO",
  "OUTCOME",
  "WHY",
  "ID",
] as const;

/** The cells of an entry. Its texts come from outside; the table makes them visible. */
export function auditRow(entry: AuditEntry, accounts: Pick<VendorAccounts, "vendor">): string[] {
  const { connection, before = {}, wanted = {}, labels = {} } = entry;
  const versionWord = connection && accounts.vendor(connection.vendor).capabilities.versionWord;
  return [
    entry.at,
    entry.workspaceId,
    formatActor(entry.actor),
    entry.change ? `${entry.kind} ${entry.change}` : entry.kind,
    aboutText(entry),
    fromToText(before, wanted, { labels, versionWord }),
    outcomeText(entry),
    entry.reason ?? "",
    entry.changeId ?? entry.requestId,
  ];
}

/** For a change that took effect, an earlier problem no longer matters. */
function outcomeText({ outcome, problem }: AuditEntry): string {
  if (outcome === "applied" || !problem) return outcome ?? "";
  return [outcome, problem.code].filter(Boolean).join(": ");
}

function aboutText({ number, connection }: AuditEntry): string {
  if (number) return [number.e164 ?? number.numberId, number.name].filter(Boolean).join(" ");
  return connection ? `${connection.name} (${connection.vendor})` : "";
}
