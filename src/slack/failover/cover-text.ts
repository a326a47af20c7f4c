import { lapsedText, type PlanCover } from "../../domain/failover/plan-approval.ts";
import { slackDate } from "../block-kit/blocks.ts";

/** Who approved a plan and until when, with the drill that it needs; or why an approval does not count any more. */
export function coverText(cover: PlanCover): string | undefined {
  if (!cover.isValid) return lapsedText(cover);
  const { approvers, endsAt, drillBy } = cover;
  const who = approvers.map(({ by }) => `<@${by}>`).join(" and ");
  const drill = drillBy < endsAt ? `; drill again before ${slackDate(drillBy.toISOString())}` : "";
  return `approved with the plan by ${who} until ${slackDate(endsAt.toISOString())}${drill}`;
}
