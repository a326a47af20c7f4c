import type { KnownBlock } from "@slack/types";
import { parseActor } from "../../domain/shared/actor.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import type { Run } from "../../domain/runs/run.ts";
import { awaitsCallOf, unseenText } from "../../domain/runs/tier-gates.ts";
import { isPlanned, needsApproval, type RunStep } from "../../domain/runs/run-step.ts";
import { lapsedText, type PlanCover } from "../../domain/failover/plan-approval.ts";
import type { PlanStanding } from "../../domain/failover/standing.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import { blockerBlocks } from "../block-kit/rule-blocks.ts";
import { bold, escape, section, sections } from "../block-kit/blocks.ts";
import { actorMention, fromToText } from "../block-kit/format.ts";
import { manualSteps } from "../block-kit/manual-steps.ts";
import { tiersText, takesText } from "../../domain/runs/tiers-text.ts";
import { numberTitle } from "../block-kit/number-title.ts";
import { plural } from "../../domain/text/plural.ts";
import { verdictCounts } from "../../domain/runs/verdict-counts.ts";
import { runbookText } from "../block-kit/runbook-text.ts";
import { standingLine, coverText } from "./plan-lines.ts";
import { firstPages, pageOf, type PagesShown } from "./preview-pages.ts";

/** What a preview shows besides the run. */
export interface PreviewParts {
  /** The rules that do not allow the run. */
  readonly blockers?: readonly Blocker[];
  /** When the plan is meant to be used. */
  readonly when?: string | undefined;
  /** The address of the plan's runbook. */
  readonly runbook?: string | undefined;
  /** How long the run takes at the vendors' rate limits, in milliseconds. */
  readonly takesMs?: number;
  readonly pages?: PagesShown;
  /** Whether the approval of the plan counts for its protected numbers. */
  readonly cover?: PlanCover;
  /** Whether the plan is ready. */
  readonly standing?: PlanStanding;
  /** What to show before the numbers, so that nobody has to scroll for it. */
  readonly notice?: readonly KnownBlock[];
}

/** What a run of a plan would do: counts, the rules that do not allow it, and the numbers that it leaves. */
export function previewBlocks(
  run: Pick<Run, "steps" | "terms"> & Partial<Pick<Run, "id" | "kind">>,
  accounts: VendorAccounts,
  {
    blockers = [],
    when,
    runbook,
    takesMs,
    pages = firstPages,
    cover,
    standing,
    notice = [],
  }: PreviewParts = {},
): KnownBlock[] {
  const { steps, terms } = run;
  const planned = steps.filter(isPlanned);
  const left = steps.filter((step) => !isPlanned(step) && step.verdict.kind !== "already_so");
  const connections = new Set(steps.map(({ key }) => key.connectionId)).size;
  const takes = takesMs === undefined || planned.length === 0 ? "" : ` · ${takesText(takesMs)}`;
  const head = [
    `${kindText(run)}${bold(terms.plan?.title ?? "")} · ${plural(steps.length, "number")}, ${plural(connections, "connection")}${takes}`,
    ...(when === undefined ? [] : [escape(when)]),
    ...(runbook === undefined ? [] : [runbookText(runbook)]),
    ...(standing ? [standingLine(standing, blockers)] : []),
    ...countLines(steps, cover).map((line, index) => (index === 0 ? `${conditionText(run)}${line}` : line)),
    ...connectionLines(steps),
    tierText(run),
    ...unseenLines(run),
  ].join("\n");
  const changed = pageOf(planned, "switched", pages, run);
  const unchanged = pageOf(left, "left", pages, run);
  const done = run.kind === "back" ? "put back" : "switched";
  const lines = changed.shown.map((step) => switchLine(step, accounts));
  const leftLines = unchanged.shown.map((step) => leftLine(step, accounts));
  return [
    section(head),
    ...blockerBlocks(blockers),
    ...notice,
    ...(lines.length > 0 ? sections(lines) : [section(`*Nothing can be ${done} now.*`)]),
    ...changed.turn,
    ...(leftLines.length > 0 ? [section(`*Not ${done}:*`), ...sections(leftLines)] : []),
    ...unchanged.turn,
  ];
}

/** What a run is, before the title of its plan. */
function kindText({ kind }: Partial<Pick<Run, "kind">>): string {
  if (kind === "back")
    return "*Fail-back:* each number goes back to the agent that it had before the failover. ";
  return kind === "practice"
    ? "*Practice, for real:* the first tier is switched, and put back by itself. "
    : "";
}

/** Nothing has happened yet: a preview asks, and a drill has no button. */
function conditionText({ id, steps }: Pick<Run, "steps"> & Partial<Pick<Run, "id">>): string {
  if (!steps.some(isPlanned)) return "";
  return id === undefined ? "In a failover: " : "If you confirm: ";
}

/** How many numbers have each verdict, and what approves those that are protected. */
function countLines(steps: readonly RunStep[], cover: PlanCover | undefined): string[] {
  const counts = new Map<string, number>();
  for (const { verdict } of steps.filter((step) => !needsApproval(step)))
    counts.set(verdict.kind, (counts.get(verdict.kind) ?? 0) + 1);
  const asking = steps.filter(needsApproval).length;
  const approved = steps.filter((step) => isPlanned(step) && step.approval === "plan").length;
  const lapsed = cover && asking > 0 ? lapsedText(cover) : undefined;
  return [
    verdictCounts(counts, asking),
    ...(approved > 0 && cover?.isValid ? [`:lock: ${approved} protected: ${coverText(cover)}`] : []),
    ...(lapsed === undefined ? [] : [`:warning: ${lapsed}`]),
  ];
}

/** The connections of which nothing could be read. */
function connectionLines(steps: readonly RunStep[]): string[] {
  const ids = [...new Set(steps.map(({ key }) => key.connectionId))];
  return ids.flatMap((id) => {
    const of = steps.filter(({ key }) => key.connectionId === id);
    if (of.some(({ verdict }) => verdict.kind !== "unread")) return [];
    return [
      `:warning: ${escape(of[0]?.connection ?? "")} does not answer: 0 of ${of.length} can be switched now.`,
    ];
  });
}

function tierText({ terms, steps }: Pick<Run, "steps" | "terms">): string {
  const tiers = terms.tiers.map(({ name, askBeforeNext: asks }, index) => ({
    name: escape(name),
    count: steps.filter((step) => step.tier === index && isPlanned(step)).length,
    waitsForCall: awaitsCallOf({ steps }, index),
    asks,
  }));
  const stay = terms.forMs === undefined ? "" : ` They stay switched for ${formatDuration(terms.forMs)}.`;
  return `${tiersText(tiers)}.${stay}`;
}

/** The tiers that wait for a first call, and cannot for some of their numbers. */
function unseenLines(run: Pick<Run, "steps" | "terms">): string[] {
  return run.terms.tiers.flatMap(({ name }, tier) => {
    const words = unseenText(run, tier, escape);
    return words === undefined ? [] : [`:warning: ${escape(name)}: ${words}`];
  });
}

function switchLine(step: RunStep, accounts: VendorAccounts): string {
  const { now, first, labels } = step;
  if (step.isUnreadable) return unreadableLine(step);
  const fromTo = fromToText(now, first, accounts.vendor(step.vendor), labels);
  const asks = needsApproval(step) ? ", needs approval" : "";
  const mark = step.approval === undefined ? "" : ":lock: ";
  return `:arrows_counterclockwise: ${mark}${numberTitle(step)} at ${escape(step.connection)}: ${fromTo}${asks}`;
}

function unreadableLine({ key, ...step }: RunStep): string {
  return `:grey_question: ${numberTitle({ ...step, ...key })}: this step cannot be read, so Patchbay does not change the number. Check it by hand.`;
}

function leftLine(step: RunStep, accounts: VendorAccounts): string {
  const { verdict, first, labels } = step;
  if (step.isUnreadable) return unreadableLine(step);
  const title = step.e164 === undefined ? escape(step.key.numberId) : numberTitle(step);
  const what = `${title} at ${escape(step.connection)}`;
  switch (verdict.kind) {
    case "held":
    case "ruled_out":
      return `:lock: ${what}: ${escape(verdict.why)}`;
    case "unread":
    case "cannot":
      return `:no_entry: ${what}: ${escape(verdict.why)}\n${manualSteps(accounts.vendor(step.vendor), { ...step, ...step.key }, first, labels)}`;
    case "unknown":
      return `:grey_question: ${what}: the outcome of its last change is unknown. Patchbay keeps checking.`;
    case "moved":
      return `:warning: ${what} was changed ${verdict.by ? `by ${actorMention(parseActor(verdict.by))}` : "elsewhere"} since.`;
    case "already_so":
    case "will_revert":
    case "will_switch":
      return what;
  }
}
