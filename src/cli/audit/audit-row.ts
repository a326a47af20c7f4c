import { formatActor } from "../../domain/shared/actor.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { formatAgents } from "../../domain/numbers/answering-agents.ts";
import type { Snapshot } from "../../domain/numbers/change.ts";
import type { Vendor, VendorAccounts } from "../../domain/vendor/vendor.ts";
import { needsId } from "../../domain/numbers/namesakes.ts";
import { ownValue } from "../../domain/shared/own-value.ts";

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
  return [
    entry.at,
    entry.workspaceId,
    formatActor(entry.actor),
    entry.change ? `${entry.kind} ${entry.change}` : entry.kind,
    aboutText(entry),
    fromToText(entry, entry.connection && accounts.vendor(entry.connection.vendor)),
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

function fromToText({ before = {}, wanted = {}, labels = {} }: AuditEntry, vendor?: Vendor): string {
  const text = (state: Snapshot, key: string): string => valueText(ownValue(state, key), labels, vendor);
  return Object.keys(wanted)
    .map((key) => `${key.replace(/^field\./u, "")}: ${text(before, key)} → ${text(wanted, key)}`)
    .join(", ");
}

function valueText(
  value: string | null | undefined,
  labels: Readonly<Record<string, string>>,
  vendor: Vendor | undefined,
): string {
  if (value === undefined) return "not said";
  if (value === null) return "none";
  const nameOf = (id: string): string => {
    const name = ownValue(labels, id);
    if (name === undefined) return id;
    return needsId(id, labels) ? `${name} (${id})` : name;
  };
  return formatAgents(value, { nameOf, versionWord: vendor?.capabilities.versionWord });
}
