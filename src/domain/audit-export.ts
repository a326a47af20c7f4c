import { formatActor } from "./actor.ts";
import type { AuditEntry } from "./audit-log.ts";
import { csvHead, csvLine } from "./audit-csv.ts";
import { ocsfEvent } from "./audit-ocsf.ts";

/** The forms in which the audit log leaves the harness. */
export const auditFormats = ["csv", "jsonl", "ocsf"] as const;
export type AuditFormat = (typeof auditFormats)[number];

/** What begins a file of that form, with its line break; nothing for most. */
export function exportHead(format: AuditFormat): string {
  return format === "csv" ? csvHead : "";
}

/** An entry as a line of that form, with its line break. Times are UTC, ISO 8601; in OCSF milliseconds since 1970. */
export function exportLine(format: AuditFormat, entry: AuditEntry): string {
  switch (format) {
    case "csv":
      return csvLine(entry);
    case "jsonl":
      return `${JSON.stringify({ ...entry, actor: formatActor(entry.actor) })}\n`;
    case "ocsf":
      return `${JSON.stringify(ocsfEvent(entry))}\n`;
  }
}
