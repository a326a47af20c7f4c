import { formatActor } from "../shared/actor.ts";
import type { AuditEntry } from "./audit-log.ts";

const columns: readonly (readonly [heading: string, cell: (entry: AuditEntry) => unknown])[] = [
  ["time", ({ at }) => at],
  ["workspace", ({ workspaceId }) => workspaceId],
  ["sequence", ({ sequence }) => sequence],
  ["position", ({ position }) => position],
  ["id", ({ id }) => id],
  ["actor", ({ actor }) => formatActor(actor)],
  ["kind", ({ kind }) => kind],
  ["change", ({ change }) => change],
  ["change_id", ({ changeId }) => changeId],
  ["request_id", ({ requestId }) => requestId],
  ["connection_id", ({ connection, number }) => connection?.id ?? number?.connectionId],
  ["connection", ({ connection }) => connection?.name],
  ["vendor", ({ connection }) => connection?.vendor],
  ["fingerprint", ({ connection }) => connection?.fingerprint],
  ["number_id", ({ number }) => number?.numberId],
  ["e164", ({ number }) => number?.e164],
  ["number", ({ number }) => number?.name],
  ["before", ({ before }) => before],
  ["wanted", ({ wanted }) => wanted],
  ["after", ({ after }) => after],
  ["labels", ({ labels }) => labels],
  ["reason", ({ reason }) => reason],
  ["outcome", ({ outcome }) => outcome],
  ["problem", ({ problem }) => problem?.code],
  ["problem_message", ({ problem }) => problem?.message],
  ["vendor_status", ({ vendorStatus }) => vendorStatus],
  ["duration_ms", ({ durationMs }) => durationMs],
  ["details", ({ details }) => details],
  ["previous_hash", ({ previousHash }) => previousHash],
  ["hash", ({ hash }) => hash],
];

/**
 * The header line of a CSV file (RFC 4180) of audit entries. It starts with a byte order mark, which shows spreadsheets
 * that the file is UTF-8.
 */
export const csvHead = `\uFEFF${columns.map(([heading]) => quoted(heading)).join(",")}\r\n`;

/** Formats an entry as a CSV line in which no cell is a formula. Objects are written as JSON. */
export function csvLine(entry: AuditEntry): string {
  return `${columns.map(([, cell]) => quoted(cellText(cell(entry)))).join(",")}\r\n`;
}

/** A table as CSV (RFC 4180) in which no cell is a formula, with a byte order mark. */
export function csvTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows.map((cells) => cells.map(harmless))];
  return `\uFEFF${lines.map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("")}`;
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return harmless(typeof value === "string" ? value : JSON.stringify(value));
}

// The characters that start a formula in a spreadsheet, including Excel's full-width ones in Japanese.
const signs = String.raw`=+\-@\uFF1D\uFF0B\uFF0D\uFF20`;
const atStart = new RegExp(String.raw`^(?=[\s\p{Cf}"']*[${signs}]|[\t\r\n])`, "u");
// A spreadsheet that splits at semicolons or tabs starts a cell in the middle of ours.
const afterSeparator = new RegExp(String.raw`([;\t\r\n][\s\p{Cf}"']*)(?=[${signs}])`, "gu");

/** Adds an apostrophe wherever a spreadsheet would read a formula. */
function harmless(text: string): string {
  return text.replace(afterSeparator, "$1'").replace(atStart, "'");
}

// Always quoted, so that no country's separator ends a cell.
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
