import { ownValue } from "../../domain/shared/own-value.ts";
import type { CliDeps, Out } from "../cli-context.ts";
import { fromToText } from "../numbers/change-text.ts";
import { numberTitle } from "../numbers/number-title.ts";
import { sanitize } from "../sanitize.ts";
import type { PreviewDocument, ResultDocument } from "./change-documents.ts";

/** Prints now → after, and what speaks against it, on standard error: standard output is for the result. */
export function printPreview({ out }: CliDeps, preview: PreviewDocument): void {
  const { number, vendor, before, after, until, redoes, warnings, obstacle } = preview;
  const lines = [
    `${numberTitle(number)} (${vendor})`,
    `  ${fromToText(before, after, preview)}`,
    ...(until === undefined ? [] : [`  Reverts about ${until}, unless someone changes the number first.`]),
    ...(redoes ? [`  This undoes an undo: it makes ${redoes.changeId} again.${endlessText(redoes)}`] : []),
    ...warnings.map((words) => `  ${words}`),
    ...(obstacle === undefined ? [] : [`  ${obstacle}`]),
  ];
  for (const line of lines) out.err(`${sanitize(line)}\n`);
}

function endlessText({ until }: NonNullable<PreviewDocument["redoes"]>): string {
  return until === undefined ? "" : ` That was to revert at ${until}; this does not revert by itself.`;
}

const done: Readonly<Record<string, string>> = {
  reassign: "Reassigned",
  detach: "Detached",
  rename: "Renamed",
  edit: "Edited",
};

/** Prints what became of a change, the news first. */
export function printResult(out: Out, result: ResultDocument): void {
  for (const line of resultLines(result)) out.out(`${sanitize(line)}\n`);
}

function resultLines(result: ResultDocument): string[] {
  const { outcome, change, number, vendor, before, after, changeId, problem, approval, redoes } = result;
  const title = numberTitle(number);
  const fromTo = fromToText(before, after, result);
  const why = problem ? [problem.message] : [];
  const unrecorded = result.isRecorded ? [] : ["Its outcome could not be written to the audit log."];
  const brokenGlass = result.breakGlass
    ? ["Made by break-glass. Patchbay tells the admins in Slack, and one of them must review it."]
    : [];
  switch (outcome) {
    case "applied":
      return [
        `${ownValue(done, change) ?? "Changed"} ${title}: ${fromTo}`,
        proofText(result),
        ...(result.until === undefined
          ? []
          : [`Reverts at ${result.until}, unless someone changes the number first.`]),
        ...(redoes ? [`This undid an undo: ${redoes.changeId} is made again.${endlessText(redoes)}`] : []),
        ...(change === "detach" && after["agent"] === null ? ["Callers reach no agent."] : []),
        ...why,
        ...brokenGlass,
        ...unrecorded,
        `To undo it: patchbay number undo ${changeId}`,
      ];
    case "refused":
      return [
        `Could not ${change} ${title}. Wanted: ${fromTo}`,
        ...why,
        `The number was not changed, as far as ${vendor} shows. (${changeId})`,
        ...unrecorded,
      ];
    case "unknown":
      return [
        `Unknown whether ${title} was changed. Wanted: ${fromTo}`,
        ...why,
        "Patchbay sent it once and does not send it again. Check the number first: patchbay number show.",
        `Its outcome will be in the history: ${changeId}`,
        ...brokenGlass,
        ...unrecorded,
      ];
    case "asked":
      return [
        `Asked for approval to ${change} ${title}: ${fromTo}`,
        `Nothing has changed yet. Request ${approval?.id ?? ""} expires at ${approval?.expiresAt ?? ""}.`,
      ];
  }
}

function proofText({ proof, vendor, verifiedAt = "" }: ResultDocument): string {
  return proof === "read_back"
    ? `Read back from ${vendor} at ${verifiedAt}: the change is in place.`
    : `Confirmed by ${vendor} at ${verifiedAt}.`;
}
