import { planWords } from "../../domain/failover/plan-words.ts";
import { plural } from "../../domain/text/plural.ts";
import type { Out } from "../cli-context.ts";
import { numberTitle } from "../numbers/number-title.ts";
import { sanitize } from "../sanitize.ts";
import type { DrillDocument, PlanListDocument, RemovalDocument } from "./plan-commands.ts";

/** Prints the failover plans, a paragraph each. */
export function printPlans(out: Out, { plans, unreadable }: PlanListDocument): void {
  if (plans.length === 0) out.err("There is no failover plan yet. Make one in Slack, or import one.\n");
  for (const { plan, title, revision, when, runbook, numbers, standing, run } of plans) {
    const lines = [
      `${plan}  ${title}, ${plural(numbers, "number")}, revision ${revision}`,
      ...(planWords.has(plan)
        ? [`Its name is a word of the command. Write it in quotes: patchbay failover '"${plan}"'`]
        : []),
      ...(when === undefined ? [] : [when]),
      ...(runbook === undefined ? [] : [`Runbook: ${runbook}`]),
      standing,
      ...(run === undefined ? [] : [`${run.title} is ${run.state} (${run.run})`]),
    ];
    out.out(`${lines.map(sanitize).join("\n  ")}\n`);
  }
  for (const slug of unreadable) out.err(`${sanitize(slug)} cannot be read.\n`);
}

/** Prints what a drill found, the news first. */
export function printDrill(
  out: Out,
  { plan, revision, ready, of, standing, blockers, left }: DrillDocument,
): void {
  const lines = [
    standing,
    `Drilled ${plan}, revision ${revision}: ${ready} of ${of} numbers can be switched now. Nothing was changed.`,
    ...blockers.map(({ title, why }) => `Rule “${title}” does not allow it: ${why}.`),
    ...left.map(({ number, why = "" }) => `  ${numberTitle(number)}: ${why}`),
  ];
  for (const line of lines) out.out(`${sanitize(line)}\n`);
}

export function printRemoval(out: Out, { plan }: RemovalDocument): void {
  out.out(`${sanitize(`The failover plan ${plan} was removed.`)}\n`);
}

/** A plan that is to be removed, as a clause. */
export function removalText({ plan, revision, title, numbers }: RemovalDocument): string {
  if (title === undefined || numbers === undefined)
    return `${plan} (revision ${revision}), which cannot be read`;
  return `${title} (${plan}, revision ${revision}, ${plural(numbers, "number")})`;
}
