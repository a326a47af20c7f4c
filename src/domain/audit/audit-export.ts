import { formatActor } from "../shared/actor.ts";
import type { AuditEntry } from "./audit-log.ts";
import { csvHead, csvLine } from "./audit-csv.ts";
import { ocsfEvent } from "./audit-ocsf.ts";

export const auditFormats = ["csv", "jsonl", "ocsf"] as const;
export type AuditFormat = (typeof auditFormats)[number];

/** The header of a file in this format, including its line break; empty for all formats but CSV. */
export function exportHead(format: AuditFormat): string {
  return format === "csv" ? csvHead : "";
}

/**
 * Formats an entry as a line, including its line break. Times are UTC in ISO 8601; in OCSF, milliseconds since 1970.
 */
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
