import { standingText, type PlanStanding } from "../../domain/failover/standing.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import { escape, slackDate } from "../block-kit/blocks.ts";
import { lapsedText, type PlanCover } from "../../domain/failover/plan-approval.ts";

/** Whether a plan is ready, with what stops some of its numbers, in mrkdwn, except for rules that are named beside it. */
export function standingLine(standing: PlanStanding, named: readonly Blocker[] = []): string {
  const words = escape(standingText(standing, named));
  return standing.repairCount === 0
    ? `:white_check_mark: ${words}`
    : `:warning: ${words.replace("Not ready", "*Not ready*")}`;
}

/** Who approved a plan and until when, with the drill that it needs; or why an approval does not count any more. */
export function coverText(cover: PlanCover): string | undefined {
  if (!cover.isValid) return lapsedText(cover);
  const { approvers, endsAt, drillBy } = cover;
  const who = approvers.map(({ by }) => `<@${by}>`).join(" and ");
  const drill = drillBy < endsAt ? `; drill again before ${slackDate(drillBy.toISOString())}` : "";
  return `approved with the plan by ${who} until ${slackDate(endsAt.toISOString())}${drill}`;
}
