import { agentKey } from "../../domain/numbers/change.ts";
import { formatAgents } from "../../domain/numbers/answering-agents.ts";
import { countRun } from "../../domain/runs/run-progress.ts";
import type { ResultStep } from "../../domain/runs/run-step.ts";
import type { Run } from "../../domain/runs/run.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { bold, code } from "../block-kit/blocks.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** How many numbers a running run has changed and checked at their vendors, and the last one of them, in mrkdwn. */
export function checkedLines(run: Run): string[] {
  if (run.state !== "running") return [];
  const { changed, of } = countRun(run);
  const checked = run.steps.filter(({ result }) => result?.outcome === "applied");
  const last = checked.toSorted((a, b) => (b.result?.order ?? 0) - (a.result?.order ?? 0))[0];
  return last ? [`:white_check_mark: ${changed} of ${of} checked: ${stepText(last)}`] : [];
}

function stepText(step: ResultStep): string {
  const title = numberTitle({ ...step, ...step.key });
  const agents = ownValue(step.first, agentKey);
  if (agents === undefined) return title;
  const nameOf = (id: string): string => {
    const name = ownValue(step.labels, id);
    return name === undefined ? `agent ${code(id)}` : bold(name);
  };
  return `${title} → ${agents === null ? "*nobody*" : formatAgents(agents, { nameOf })}`;
}
