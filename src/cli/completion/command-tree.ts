import type { Command } from "commander";

/** Something that can be typed next, and what it means. */
export interface Choice {
  readonly word: string;
  readonly meaning: string;
}

/** An option, and what can follow it. */
export interface OptionChoice extends Choice {
  /** Undefined if it takes no value, empty if it takes any. */
  readonly values: readonly string[] | undefined;
}

/** What can be typed after the words of a command. */
export interface CommandChoices {
  /** Its words: `patchbay number show`. */
  readonly path: string;
  readonly subcommands: readonly Choice[];
  readonly options: readonly OptionChoice[];
  /** The values of its arguments; undefined if it takes none, empty if it takes any. */
  readonly argumentValues: readonly string[] | undefined;
}

/** All commands, each with its subcommands and options. */
export function commandTree(command: Command, before: readonly string[] = []): readonly CommandChoices[] {
  const help = command.createHelp();
  const visible = help.visibleCommands(command);
  const options = help
    .visibleOptions(command)
    .flatMap(({ long, short, description, required, optional, argChoices = [] }) => {
      const values = required || optional ? argChoices : undefined;
      return [long, short].flatMap((word) => (word ? [{ word, meaning: description, values }] : []));
    });
  const taken = command.registeredArguments;
  const argumentValues = taken.length > 0 ? taken.flatMap(({ argChoices = [] }) => argChoices) : undefined;
  return namesOf(command).flatMap((name) => {
    const words = [...before, name];
    const subcommands = visible.flatMap((each) =>
      namesOf(each).map((word) => ({ word, meaning: each.description() })),
    );
    return [
      { path: words.join(" "), subcommands, options, argumentValues },
      ...visible.filter((each) => each.name() !== "help").flatMap((each) => commandTree(each, words)),
    ];
  });
}

function namesOf(command: Command): readonly string[] {
  return [command.name(), ...command.aliases()];
}
