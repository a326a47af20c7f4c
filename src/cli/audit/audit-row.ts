import { formatActor } from "../../domain/shared/actor.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { formatAgents } from "../../domain/numbers/answering-agents.ts";
import type { Snapshot } from "../../domain/numbers/change.ts";
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
export function auditRow(entry: AuditEntry): string[] {
  return [
    entry.at,
    entry.workspaceId,
    formatActor(entry.actor),
    entry.change ? `${entry.kind} ${entry.change}` : entry.kind,
    aboutText(entry),
    fromToText(entry),
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

function fromToText({ before = {}, wanted = {}, labels = {} }: AuditEntry): string {
  return Object.keys(wanted)
    .map(
      (key) =>
        `${key.replace(/^field\./u, "")}: ${valueText(before, key, labels)} → ${valueText(wanted, key, labels)}`,
    )
    .join(", ");
}

function valueText(state: Snapshot, key: string, labels: Readonly<Record<string, string>>): string {
  const value = ownValue(state, key);
  if (value === undefined) return "not said";
  if (value === null) return "none";
  return formatAgents(value, (id) => {
    const name = ownValue(labels, id);
    if (name === undefined) return id;
    return needsId(id, labels) ? `${name} (${id})` : name;
  });
}
