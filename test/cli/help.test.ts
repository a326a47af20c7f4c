import type { Command } from "commander";
import { expect, it } from "vitest";
import { commandLine } from "../../src/cli/program.ts";
import { startCliHarness } from "./cli-harness.ts";

/** How each command is called, without groups of commands that have their own `--help`. */
function paths(command: Command, before: readonly string[] = []): string[][] {
  return command.commands.flatMap((each) => {
    const path = [...before, each.name()];
    return [path, ...paths(each, path)];
  });
}

it("explains each command with an example, in lines that a terminal shows, without empty defaults", async () => {
  const { deps, run } = await startCliHarness();
  for (const path of paths(commandLine(deps()))) {
    const { exitCode, out } = await run([...path, "--help"]);
    const [, own = ""] = /\n\n(?:Options|Commands):\n[^]*?\n\n(?!Commands:)([^]*)/u.exec(out) ?? [];
    expect.soft([path, exitCode, own]).toEqual([path, 0, expect.stringMatching(/Examples?:/u)]);
    expect.soft([path, own.split("\n").filter((line) => line.length > 120)]).toEqual([path, []]);
    expect.soft([path, out]).not.toEqual([path, expect.stringMatching(/\(default: (?:""|\[\])\)/u)]);
    expect.soft([path, own]).not.toEqual([path, expect.stringMatching(/^ +\d+ .*\n\n +\d/mu)]);
  }
});
