import { formatActor } from "./actor.ts";
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

/** The first line of a CSV file (RFC 4180) of audit entries, with the mark by which spreadsheets know that it is UTF-8. */
export const csvHead = `\uFEFF${columns.map(([heading]) => quoted(heading)).join(",")}\r\n`;

/** An entry as a line of CSV in which no cell is a formula; what is an object in it is JSON. */
export function csvLine(entry: AuditEntry): string {
  return `${columns.map(([, cell]) => quoted(cellText(cell(entry)))).join(",")}\r\n`;
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return harmless(typeof value === "string" ? value : JSON.stringify(value));
}

// What a spreadsheet takes for the beginning of a formula, the full-width ones of Excel in Japanese included.
const signs = String.raw`=+\-@\uFF1D\uFF0B\uFF0D\uFF20`;
const atStart = new RegExp(String.raw`^(?=[\s\p{Cf}"']*[${signs}]|[\t\r\n])`, "u");
// A file that is taken for one with semicolons or tabs begins a cell where we do not.
const afterSeparator = new RegExp(String.raw`([;\t\r\n][\s\p{Cf}"']*)(?=[${signs}])`, "gu");

/** A cell's text with an apostrophe wherever a spreadsheet would otherwise begin to calculate. */
function harmless(text: string): string {
  return text.replace(afterSeparator, "$1'").replace(atStart, "'");
}

// Always in quotes, so that no separator of any country ends a cell.
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
