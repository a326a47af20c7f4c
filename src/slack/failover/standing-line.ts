import { standingText, type PlanStanding } from "../../domain/failover/standing.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import { escape } from "../block-kit/blocks.ts";

/** Whether a plan is ready, with what stops some of its numbers, in mrkdwn, except for rules that are named beside it. */
export function standingLine(standing: PlanStanding, named: readonly Blocker[] = []): string {
  const words = escape(standingText(standing, named));
  return standing.repairCount === 0
    ? `:white_check_mark: ${words}`
    : `:warning: ${words.replace("Not ready", "*Not ready*")}`;
}
