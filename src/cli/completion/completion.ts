import { Argument, type Command } from "commander";
import type { CliDeps } from "../cli-context.ts";
import { bashCompletion } from "./bash.ts";
import { commandTree } from "./command-tree.ts";
import { fishCompletion } from "./fish.ts";
import { zshCompletion } from "./zsh.ts";

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
type Shell = keyof typeof shells;

/** `patchbay completion`: a script that completes commands and options, as this version has them. */
export function addCompletion(patchbay: Command, { out }: CliDeps): void {
  patchbay
    .command("completion")
    .description("print a script that completes commands and options in a shell")
    .addArgument(new Argument("<shell>", "which shell").choices(Object.keys(shells)))
    .addHelpText(
      "after",
      `
Examples:
  source <(patchbay completion bash)
  patchbay completion zsh > ~/.zfunc/_patchbay
  patchbay completion fish > ~/.config/fish/completions/patchbay.fish`,
    )
    .action((shell: Shell) => out.out(shells[shell](commandTree(patchbay))));
}
