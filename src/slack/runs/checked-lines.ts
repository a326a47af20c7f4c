import { agentKey } from "../../domain/numbers/change.ts";
import { countRun } from "../../domain/runs/run-progress.ts";
import type { ResultStep } from "../../domain/runs/run-step.ts";
import type { Run } from "../../domain/runs/run.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { agentText } from "../block-kit/agent-text.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/**
 * That what a run has changed was checked at the vendors, in mrkdwn: while it runs, how many numbers, and the last one of them.
 * The end of a fail-back says so in words of its own.
 */
export function checkedLines(run: Run): string[] {
  const { changed, of } = countRun(run);
  if (run.state === "paused" || run.state === "held")
    return changed > 0 ? [":white_check_mark: Patchbay checked each change at the vendor."] : [];
  if (run.state !== "running") return [];
  const checked = run.steps.filter(({ result }) => result?.outcome === "applied");
  const last = checked.toSorted((a, b) => (b.result?.order ?? 0) - (a.result?.order ?? 0))[0];
  return last ? [`:white_check_mark: ${changed} of ${of} checked: ${stepText(last)}`] : [];
}

function stepText(step: ResultStep): string {
  const title = numberTitle({ ...step, ...step.key });
  const agents = ownValue(step.first, agentKey);
  return agents === undefined ? title : `${title} → ${agentText(agents, step.labels)}`;
}
