import type { Command } from "commander";
import { formatDuration } from "../../domain/shared/duration.ts";
import type { CliDeps, Out } from "../cli-context.ts";
import { runCommand } from "../control/run-command.ts";
import {
  confirm,
  orRefuse,
  printAnswer,
  withCommonOptions,
  type CommonOptions,
} from "../numbers/common-options.ts";
import { printDone } from "../print-done.ts";
import { sanitize } from "../sanitize.ts";
import {
  freezeTarget,
  previewFreeze,
  showFreezes,
  unfreezeTarget,
  type FreezeDocument,
  type FreezeListDocument,
  type FreezePreviewDocument,
  type FrozenDocument,
} from "./freeze-commands.ts";

interface FreezeOptions extends CommonOptions {
  readonly for?: string;
  readonly until?: string;
  readonly open?: true;
  readonly because?: string;
  readonly yes?: true;
}

/** How long a freeze of all numbers lasts unless the person says otherwise, as in Slack. */
const usualMs = 60 * 60_000;

/** `patchbay freeze` and `patchbay unfreeze`: what `/number freeze` and `/number unfreeze` do in Slack. */
export function addFreeze(patchbay: Command, deps: CliDeps): void {
  withCommonOptions(patchbay.command("freeze [what...]"))
    .description("block changes of a number, a connection's numbers, or all; alone, list what is frozen")
    .option("--for <duration>", "how long: 30m, 2h")
    .option("--until <time>", "until when, UTC: 18:00, tomorrow 9:00")
    .option("--open", "until somebody unfreezes it; for all numbers, an hour otherwise")
    .option("--because <reason>", "why; it is required and recorded")
    .option("--yes", "do not ask before all numbers are frozen")
    .addHelpText(
      "after",
      `
Examples:
  patchbay freeze
  patchbay freeze 0100 --for 2h --because "the vendor looks at it"
  patchbay freeze all --until 18:00 --because "we migrate" --yes`,
    )
    .action(async (what: readonly string[], options: FreezeOptions) =>
      what.length === 0
        ? printAnswer(deps, showFreezes, {}, options, printFreezes)
        : freeze(deps, what.join(" "), options),
    );

  withCommonOptions(patchbay.command("unfreeze <what...>"))
    .description("allow changes again: of what you froze, or, for an admin, of anything")
    .addHelpText("after", "\nExamples:\n  patchbay unfreeze 0100\n  patchbay unfreeze all")
    .action(async (what: readonly string[], options: CommonOptions) =>
      printDone(deps, unfreezeTarget, { what: what.join(" ") }, options, { asText: printLifted }),
    );
}

async function freeze(deps: CliDeps, what: string, options: FreezeOptions): Promise<void> {
  const { for: duration, until, open, because: reason, yes } = options;
  const typed = [
    ...(duration === undefined ? [] : [`for ${duration}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  await orRefuse(deps, options, async () => {
    const preview = await runCommand(deps, previewFreeze, { what, reason, ends: typed }, options);
    const isForUsual = preview.isAll && typed.length === 0 && !open;
    const ends = isForUsual ? [`for ${formatDuration(usualMs)}`] : typed;
    const span = ends.length > 0 ? ` ${ends.join(" ")}` : "";
    if (preview.isAll) await confirm(deps, `Freeze all numbers (${countText(preview)})${span}?`, yes);
    await printDone(deps, freezeTarget, { what, reason, ends }, options, { asText: printFrozen });
  });
}

function countText({ numbers, isComplete }: FreezePreviewDocument): string {
  return isComplete ? String(numbers) : `at least ${numbers}`;
}

function printFreezes(out: Out, { freezes }: FreezeListDocument): void {
  if (freezes.length === 0) out.err("Nothing is frozen.\n");
  for (const each of freezes) out.out(`${sanitize(freezeText(each))}\n`);
}

function printFrozen(out: Out, { freeze: set }: FrozenDocument): void {
  const [them, theyAre] = isOfMany(set) ? ["them", "they are"] : ["it", "it is"];
  const until =
    set.until === undefined ? `until ${theyAre} unfrozen` : `until then, unless ${theyAre} unfrozen before`;
  out.out(`${sanitize(freezeText(set))}\nNobody can change ${them} ${until}.\n`);
}

function printLifted(out: Out, { freeze: lifted }: FrozenDocument): void {
  const was = isOfMany(lifted) ? "They were" : "It was";
  const words = `${titleText(lifted)} can be changed again. ${was} frozen because: ${lifted.reason}`;
  out.out(`${sanitize(words)}\n`);
}

function freezeText(frozen: FreezeDocument): string {
  const { by, at, until, reason } = frozen;
  const are = isOfMany(frozen) ? "are" : "is";
  const end = until === undefined ? "until lifted" : `until ${until}`;
  return `${titleText(frozen)} ${are} frozen by ${by} since ${at}, ${end}. Why: ${reason}`;
}

const isOfMany = ({ numberId }: FreezeDocument): boolean => numberId === undefined;

/** “All numbers …” at the beginning of a line; the name of a number as it is. */
function titleText(frozen: FreezeDocument): string {
  const { title } = frozen;
  return isOfMany(frozen) ? title.charAt(0).toUpperCase() + title.slice(1) : title;
}
