import type { Command } from "commander";

/** Something that can be typed next, and what it means. */
export interface Choice {
  readonly word: string;
  readonly meaning: string;
}

/** What can be typed after the words of a command. */
export interface CommandChoices {
  /** Its words: `patchbay number show`. */
  readonly path: string;
  readonly subcommands: readonly Choice[];
  readonly options: readonly Choice[];
}

/** All commands, each with its subcommands and options. */
export function commandTree(command: Command, before: readonly string[] = []): readonly CommandChoices[] {
  const help = command.createHelp();
  const visible = help.visibleCommands(command);
  const options = help
    .visibleOptions(command)
    .flatMap(({ long, short, description }) =>
      [long, short].flatMap((word) => (word ? [{ word, meaning: description }] : [])),
    );
  return namesOf(command).flatMap((name) => {
    const words = [...before, name];
    const subcommands = visible.flatMap((each) =>
      namesOf(each).map((word) => ({ word, meaning: each.description() })),
    );
    return [
      { path: words.join(" "), subcommands, options },
      ...visible.filter((each) => each.name() !== "help").flatMap((each) => commandTree(each, words)),
    ];
  });
}

function namesOf(command: Command): readonly string[] {
  return [command.name(), ...command.aliases()];
}
