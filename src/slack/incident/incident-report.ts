import { parseActor } from "../../domain/shared/actor.ts";
import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEntry, ChangeRecord } from "../../domain/audit/audit-log.ts";
import { leftBy, problemOf } from "../../domain/changes/change-record.ts";
import { recordedProof } from "../../domain/changes/first-call.ts";
import { formatAgents } from "../../domain/numbers/answering-agents.ts";
import type { Snapshot } from "../../domain/numbers/change.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { RunStep } from "../../domain/runs/run-step.ts";
import type { Vendor, VendorAccounts } from "../../domain/vendor/vendor.ts";
import { visibleLine } from "../../domain/text/visible-text.ts";
import type { Summary } from "./incident-summary.ts";
import { isOpen } from "./revert-message.ts";
import type { ActorName } from "./people-named.ts";
import { fieldTitle, shownKeys } from "../block-kit/format.ts";
import type { Labels } from "../block-kit/agent-text.ts";
import { formatE164 } from "../../operations/shared/format-number.ts";

/**
 * A report of an incident in Markdown for a post-mortem: times in UTC, people as `who` names them, every number, and
 * the combined effect on it.
 */
export async function incidentReport(
  { incident, changes, runs, calls, steps, at }: Summary,
  accounts: VendorAccounts,
  who: ActorName,
): Promise<string> {
  const { key, title, startedBy, startedAt, endedBy, endedAt } = incident;
  const timeline = await linesOf(changes, (change) => timelineRow(change, accounts, who));
  const effects = await linesOf(steps, (step) => netLine(step, accounts));
  const remaining = await linesOf(steps.filter(isOpen), (step) => remainLine(step, accounts, who));
  return [
    `# ${key}${title ? `: ${inert(title)}` : ""}`,
    "",
    `- Started: ${utc(startedAt)} by ${inert(who(startedBy))}`,
    ...(endedAt && endedBy ? [`- Ended: ${utc(endedAt)} by ${inert(who(endedBy))}`] : []),
    `- Changes: ${changes.length}`,
    `- Numbers: ${new Set(steps.map((step) => JSON.stringify(step.key))).size}`,
    "",
    "## Timeline (UTC)",
    "",
    ...(timeline.length === 0
      ? ["Nothing was changed."]
      : [
          "| Time | Who | Number | What | Outcome | Why | Change |",
          "|---|---|---|---|---|---|---|",
          ...timeline,
        ]),
    "",
    ...(runs.length === 0 ? [] : ["## Failovers (UTC)", "", ...runs.map((run) => runLine(run, who)), ""]),
    ...(calls.length === 0 ? [] : ["## First calls (UTC)", "", ...calls.map(callLine), ""]),
    "## Net effects",
    "",
    ...(effects.length === 0 ? ["None."] : effects),
    "",
    `## What remains changed (as of ${utc(at.toISOString())})`,
    "",
    ...(remaining.length === 0 ? ["Nothing."] : remaining),
    "",
  ].join("\n");
}

/** A line for each of very many items. */
async function linesOf<Item>(items: readonly Item[], lineOf: (item: Item) => string): Promise<string[]> {
  const lines: string[] = [];
  await forEachInBatches(items, (item) => lines.push(lineOf(item)), smallBatchSize);
  return lines;
}

function timelineRow({ requested, outcome }: ChangeRecord, accounts: VendorAccounts, who: ActorName): string {
  const { at, actor, number, connection, change = "change", before = {}, labels = {} } = requested;
  const vendor = connection && accounts.vendor(connection.vendor);
  const how = requested.kind === "change.refused" ? "refused" : (outcome?.outcome ?? "under way");
  const problem = problemOf({ requested, outcome });
  const left = leftBy({ requested, outcome });
  const cells = [
    utc(at),
    inert(who(actor)),
    `${nameOf(number ?? {})}${connection ? ` at ${inert(connection.name)}` : ""}`,
    `${change}: ${fromTo(before, left, vendor, labels)}`,
    `${how}${problem ? `: ${inert(problem.message)}` : ""}`,
    inert(requested.reason ?? ""),
    requested.changeId ?? "",
  ];
  return `| ${cells.join(" | ")} |`;
}

const runWords: Readonly<Partial<Record<AuditKind, string>>> = {
  "failover.begun": "begun",
  "failover.paused": "paused",
  "failover.resumed": "continued",
  "failover.stopped": "stopped",
  "failover.held": "through",
  "failover.returned": "taken back",
  "failover.ended": "over, because what was left was found not to be switched,",
  "failover.practised": "practised and taken back",
};

/** What happened to a run: when, which one, by whom, how far it was, and why. */
function runLine({ kind, at, actor, reason, details = {} }: AuditEntry, who: ActorName): string {
  const { run = "", plan = "", revision = "", returns, changed, of, seconds, left, why } = details;
  const what = returns === undefined ? "Failover" : "Fail-back of";
  const counts = changed === undefined || of === undefined ? "" : `, ${changed} of ${of} changed`;
  const took = seconds === undefined ? "" : ` in ${seconds} s`;
  const notBack = left === undefined ? "" : `, ${left} could not be put back`;
  const because = reason ?? why;
  return `- ${utc(at)} ${what} ${inert(plan)} (revision ${inert(revision)}, ${inert(run)}) ${runWords[kind] ?? kind} by ${inert(who(actor))}${counts}${took}${notBack}${because === undefined ? "" : `: ${inert(because)}`}`;
}

/** Who answered a call after a change, as the vendor's log says. Nobody who called is named. */
function callLine(entry: AuditEntry): string {
  const { number = {}, changeId = "", labels = {} } = entry;
  const { seen, contradicted, failing } = recordedProof([entry]);
  const call = seen ?? contradicted ?? failing?.last;
  if (!call) return `- ${entry.kind}`;
  const agent = `${inert(ownValue(labels, call.agentId) ?? "agent")} (${inert(call.agentId)})`;
  const words = failing
    ? `${failing.failed} of the first ${failing.of} calls failed, the last one at ${agent}`
    : `${contradicted ? "still answered" : "answered"} by ${agent}, ${call.status}`;
  return `- ${utc(call.startedAt.toISOString())} ${nameOf(number)}: ${words} (${inert(changeId)})`;
}

function netLine(step: RunStep, accounts: VendorAccounts): string {
  const { first, last, labels } = step;
  return `- ${nameOf({ ...step, numberId: step.key.numberId })} at ${inert(step.connection)}: ${fromTo(first, last, accounts.vendor(step.vendor), labels)}`;
}

function remainLine(step: RunStep, accounts: VendorAccounts, who: ActorName): string {
  const { first, now, labels, verdict } = step;
  const why = "why" in verdict ? ` ${inert(verdict.why)}` : "";
  const elsewhere = "somebody outside Patchbay";
  const by =
    verdict.kind === "moved"
      ? ` Changed since by ${inert(verdict.by ? who(parseActor(verdict.by)) : elsewhere)}.`
      : "";
  const unknown = verdict.kind === "unknown" ? " Nobody knows yet how its last change ended." : "";
  const state = fromTo(first, now, accounts.vendor(step.vendor), labels);
  return `- ${nameOf({ ...step, numberId: step.key.numberId })} at ${inert(step.connection)}: ${state} (before → now).${by}${unknown}${why}`;
}

function fromTo(from: Snapshot, to: Snapshot, vendor: Vendor | undefined, labels: Labels): string {
  const keys = shownKeys([...new Set([...Object.keys(from), ...Object.keys(to)])], from, to);
  const field = (key: string): string => (vendor ? fieldTitle(key, vendor) : key);
  return keys
    .map(
      (key) =>
        `${inert(field(key))} ${value(ownValue(from, key), labels, vendor)} → ${value(ownValue(to, key), labels, vendor)}`,
    )
    .join("; ");
}

function value(text: string | null | undefined, labels: Labels, vendor: Vendor | undefined): string {
  if (text === undefined) return "(not said)";
  if (text === null) return "(none)";
  return formatAgents(text, {
    nameOf: (id) => {
      const name = ownValue(labels, id);
      return name ? `${inert(name)} (${inert(id)})` : inert(id);
    },
    versionWord: vendor?.capabilities.versionWord,
  });
}

function nameOf({
  name,
  e164,
  numberId,
}: {
  readonly name?: string | null | undefined;
  readonly e164?: string | undefined;
  readonly numberId?: string | undefined;
}): string {
  const digits = e164 ? formatE164(e164) : `number ${numberId ?? ""}`.trim();
  return inert(name ? `${name} (${digits})` : digits);
}

/** `2026-11-21 03:02:11`. */
function utc(iso: string): string {
  return iso.slice(0, 19).replace("T", " ");
}

/** Escapes text from outside for Markdown: one line without links, table cells or HTML. */
function inert(text: string): string {
  return visibleLine(text)
    .replace(/\s+/gu, " ")
    .replace(/[\\`*_[\]<>|#~!]/gu, String.raw`\$&`);
}
