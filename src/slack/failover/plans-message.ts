import type { Button } from "@slack/types";
import { runbookText } from "../block-kit/runbook-text.ts";
import { planWords } from "../../domain/failover/plan-words.ts";
import { membersOf, type SavedPlan } from "../../domain/failover/plan.ts";
import { whyUnreadable, type UnreadablePlan } from "../../domain/failover/plans.ts";
import type { PlanStanding } from "../../domain/failover/standing.ts";
import type { PlanState } from "../../domain/failover/readiness.ts";
import type { ListedPlan, PlanList } from "../../operations/failover/list-plans.ts";
import {
  bold,
  button,
  code,
  context,
  escape,
  type Message,
  message,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { actorMention, stripMrkdwn } from "../block-kit/format.ts";
import { boldTitle } from "../block-kit/run-text.ts";
import { plural } from "../../domain/text/plural.ts";
import { tiersText } from "../../domain/runs/tiers-text.ts";
import { coverText, standingLine } from "./plan-lines.ts";
import { previewValue } from "./preview-form.ts";
import { problemLines } from "./notify-not-ready.ts";

const mostShown = 15;

/** Who sees the plans. */
export interface PlanViewer {
  readonly userId: string;
  readonly isAdmin: boolean;
  readonly isApprover: boolean;
}

/** The failover plans, each with the buttons for it. */
export function plansMessage({ plans, unreadable }: PlanList, viewer: PlanViewer): Message {
  const { isAdmin } = viewer;
  const add = isAdmin ? [button("plan:new", "New plan", "new", "primary")] : [];
  if (plans.length === 0 && unreadable.length === 0) {
    const words =
      "There are no failover plans yet. An admin can make one here, or with `patchbay failover import` on the server.";
    return message([section(words), ...(add.length > 0 ? [buttonRow(add)] : [])], stripMrkdwn(words));
  }
  const shown = plans.slice(0, mostShown);
  const broken = unreadable.slice(0, mostShown);
  const texts = shown.map(planText);
  const more = plans.length + unreadable.length - shown.length - broken.length;
  return message(
    [
      ...broken.map((plan) => section(unreadableText(plan), isAdmin ? removeButton(plan.slug) : undefined)),
      ...shown.flatMap((plan, index) => [section(texts[index] ?? ""), planButtons(plan, viewer)]),
      ...(more > 0 ? [context(`And ${more} more.`)] : []),
      ...(add.length > 0 ? [buttonRow(add)] : []),
    ],
    stripMrkdwn([...broken.map(unreadableText), ...texts].join("\n")),
  );
}

/** A plan that cannot be read, in mrkdwn: what is wrong, and what to do. */
function unreadableText({ slug, revision }: UnreadablePlan): string {
  return `:warning: ${code(slug)} (revision ${revision}) *cannot be read*, so it cannot be run. ${whyUnreadable} An admin can remove it, or import it again: ${code("patchbay failover import")}.`;
}

const removeButton = (slug: string): Button => button("plan:remove", "Remove", slug, "danger");

/** A plan in mrkdwn: when to use it, what it switches, and what is not as it should be. */
export function planText({ saved, missing, state, live, standing, isChecked }: ListedPlan): string {
  const { plan, revision, savedBy, savedAt } = saved;
  const count = membersOf(plan).length;
  const tiers = tiersText(
    plan.tiers.map(({ name, members, askBeforeNext: asks, awaitsFirstCall: waitsForCall }) => ({
      name: escape(name),
      count: members.length,
      asks,
      waitsForCall,
    })),
  );
  return [
    `${bold(plan.title)} (${code(plan.slug)})`,
    ...(planWords.has(plan.slug)
      ? [
          `:warning: Its name is a word of the command. Write it in quotes: ${code(`/number failover "${plan.slug}"`)}.`,
        ]
      : []),
    ...(plan.when === undefined ? [] : [escape(plan.when)]),
    ...(plan.runbook === undefined ? [] : [runbookText(plan.runbook)]),
    `${plural(count, "number")}. ${tiers} · revision ${revision} by ${actorMention(savedBy)} ${slackDate(savedAt)}`,
    ...readinessLines(standing, isChecked ? state?.readiness?.at : undefined),
    drillLine(saved, state),
    ...approvalLines(standing),
    ...(missing > 0 ? [`:warning: *Not in the plan:* ${missing}. An admin can add them.`] : []),
    ...(live
      ? [
          `:arrows_counterclockwise: ${boldTitle(live)} is ${live.state === "held" ? "through, and its numbers stay switched" : live.state}.`,
        ]
      : []),
  ].join("\n");
}

function readinessLines(standing: PlanStanding, checkedAt: string | undefined): string[] {
  if (checkedAt === undefined) return [":hourglass_flowing_sand: Not checked yet."];
  return [
    `${standingLine(standing)} · checked ${slackDate(checkedAt)}`,
    ...problemLines(standing.repairs, standing.repairCount),
  ];
}

function drillLine({ revision }: SavedPlan, state: PlanState | undefined): string {
  const { drill } = state ?? {};
  if (!drill) return "Never drilled.";
  const repairs = drill.isGreen ? "" : ", and something had to be repaired";
  const result = `${drill.ready} of ${drill.of} numbers could be switched at once${repairs}`;
  const ofEarlier = drill.revision === revision ? "" : ` (revision ${drill.revision})`;
  return `Last drill ${slackDate(drill.at)}: ${result}${ofEarlier}.`;
}

function approvalLines({ protectedCount: count, unapproved, cover }: PlanStanding): string[] {
  if (count === 0) return [];
  const how = coverText(cover) ?? "each failover needs an approval, until an approver approves the plan";
  const more =
    cover.isValid && unapproved > 0
      ? ` ${plural(unapproved, "protected number")} ${unapproved === 1 ? "needs" : "need"} another approval.`
      : "";
  return [`:lock: ${count} protected: ${how}${how.endsWith(".") ? "" : "."}${more}`];
}

function planButtons(
  { saved, standing: { protectedCount } }: ListedPlan,
  { userId, isAdmin, isApprover }: PlanViewer,
) {
  const { plan, savedBy } = saved;
  const { slug } = plan;
  const isAuthor = savedBy.kind === "user" && savedBy.userId === userId;
  const mayApprove = isApprover && !isAuthor && protectedCount > 0;
  const admin = [button("plan:edit", "Edit", slug), removeButton(slug)];
  return buttonRow(
    [
      button("failover:preview", "Failover…", previewValue.encode({ slug })),
      button("failover:drill", "Drill", slug),
      ...(mayApprove ? [button("plan:approve", "Approve…", slug)] : []),
    ],
    isAdmin ? admin : [],
  );
}
