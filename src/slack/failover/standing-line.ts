import { standingText, type PlanStanding } from "../../domain/failover/standing.ts";
import { escape } from "../block-kit/blocks.ts";

/** Whether a plan is ready, with what stops some of its numbers, in mrkdwn. */
export function standingLine(standing: PlanStanding): string {
  const words = escape(standingText(standing));
  return standing.repairCount === 0
    ? `:white_check_mark: ${words}`
    : `:warning: ${words.replace("Not ready", "*Not ready*")}`;
}
