import type { Command } from "commander";
import type { CliDeps } from "../cli-context.ts";
import { runCommand } from "../control/run-command.ts";
import { orRefuse, withCommonOptions, type CommonOptions } from "../numbers/common-options.ts";
import { previewChange, type TypedChange } from "./preview-change.ts";
import { previewUndo } from "./preview-undo.ts";
import { submitPreview } from "./submit-preview.ts";

/** What every verb that changes a number takes. */
interface ChangeOptions extends CommonOptions {
  readonly connection?: string;
  readonly because?: string;
  readonly incident?: string;
  readonly breakGlass?: true;
  readonly for?: string;
  readonly until?: string;
  readonly yes?: true;
}

interface UndoOptions extends ChangeOptions {
  readonly overNewer?: true;
}

/** The verbs of `patchbay number` that change a number: previewed, confirmed, and made by the change pipeline. */
export function addChangeVerbs(number: Command, deps: CliDeps): void {
  withTerms(number.command("reassign <number> <agent>"))
    .description("give a number another agent of its connection, by name or id")
    .addHelpText(
      "after",
      `
Examples:
  patchbay number reassign 0100 "Night Bot"
  patchbay number reassign "Main line" agent_7hN4pZc2 --for 2h --because "the main bot talks nonsense" --yes
  patchbay number reassign 0100 "Night Bot" --as U0123ABCD --incident INC-123 --json
  patchbay number reassign 0100 "Night Bot" --break-glass --because "nobody can approve, and callers wait"`,
    )
    .action(async (text: string, agent: string, options: ChangeOptions) =>
      change(deps, text, { kind: "reassign", agent }, options),
    );

  withTerms(number.command("detach <number>"))
    .description("leave a number without an agent: callers reach nobody")
    .addHelpText(
      "after",
      '\nExample:\n  patchbay number detach 0100 --because "it calls people back" --for 30m',
    )
    .action(async (text: string, options: ChangeOptions) => change(deps, text, { kind: "detach" }, options));

  withTerms(number.command("rename <number> <name>"))
    .description('give a number another name; "" clears it, where the vendor can')
    .addHelpText("after", '\nExample:\n  patchbay number rename 0100 "Front desk"')
    .action(async (text: string, name: string, options: ChangeOptions) =>
      change(deps, text, { kind: "rename", name }, options),
    );

  withTerms(number.command("edit <number> <field=value...>"))
    .description("set the vendor's other fields; an empty value clears one, where the vendor can")
    .addHelpText("after", "\nExample:\n  patchbay number edit 0152 provider=ap_9dK2mQx7")
    .action(async (text: string, set: readonly string[], options: ChangeOptions) =>
      change(deps, text, { kind: "edit", set: [...set] }, options),
    );

  withConfirmation(withCommonOptions(number.command("undo <change-or-number>")))
    .description("undo a change by its id, or the last change of a number")
    .option("--over-newer", "even if the number was changed since")
    .addHelpText(
      "after",
      '\nExamples:\n  patchbay number undo chg_4fT9sKx2LmQz\n  patchbay number undo 0100 --because "it loops" --yes',
    )
    .action(async (text: string, options: UndoOptions) => undo(deps, text, options));
}

function withTerms(command: Command): Command {
  return withConfirmation(withCommonOptions(command))
    .option("--for <duration>", "revert it automatically after this: 30m, 2h")
    .option("--until <time>", "revert it automatically at this time, UTC: 18:00, tomorrow 9:00");
}

function withConfirmation(command: Command): Command {
  return command
    .option("--connection <name>", "its connection, by name or id, if several have such a number")
    .option("--because <reason>", "why; it is recorded")
    .option("--incident <key>", "the incident that it belongs to: INC-123")
    .option(
      "--break-glass",
      "make it although the number is frozen or protected, if you may; needs --because, and an admin reviews it",
    )
    .option("--yes", "do not ask");
}

async function change(
  deps: CliDeps,
  text: string,
  typed: TypedChange,
  options: ChangeOptions,
): Promise<void> {
  const { connection, because: reason, incident, breakGlass, for: duration, until } = options;
  const ends = [
    ...(duration === undefined ? [] : [`for ${duration}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  await orRefuse(deps, options, async (shown) => {
    const terms = { reason, incident, breakGlass, ends };
    const asked = { number: { number: text, connection }, change: typed, terms };
    await submitPreview(deps, await runCommand(deps, previewChange, asked, options), options, shown);
  });
}

async function undo(deps: CliDeps, text: string, options: UndoOptions): Promise<void> {
  const { connection, because: reason, incident, breakGlass, overNewer = false } = options;
  const of = text.startsWith("chg_") ? { change: text } : { number: text, connection };
  await orRefuse(deps, options, async (shown) => {
    const asked = { of, terms: { reason, incident, breakGlass }, overNewer };
    await submitPreview(deps, await runCommand(deps, previewUndo, asked, options), options, shown);
  });
}
