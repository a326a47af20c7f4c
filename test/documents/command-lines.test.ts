import { readFileSync } from "node:fs";
import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { parsePlan } from "../../src/domain/failover/plan-file.ts";
import { commandLine } from "../../src/cli/program.ts";
import { parseYaml } from "../../src/cli/yaml/located-yaml.ts";
import { parseRoutes } from "../../src/domain/routes/routes-file.ts";
import type { CliDeps } from "../../src/cli/cli-context.ts";
import { startCliHarness } from "../cli/cli-harness.ts";
import { codeBlocks, codeSpans, read, root } from "./documents.ts";
import { guideAccount } from "./guide-account.ts";
import { shellCommands } from "./shell-lines.ts";

/** Thrown in place of running a command: the line was understood. */
const understood = new Error("the line was understood");

/** Errors of a line that only names a command, in a sentence: it lacks a subcommand, an argument or a value. */
const ofNames = new Set([
  "commander.help",
  "commander.missingArgument",
  "commander.missingMandatoryOptionValue",
  "commander.optionMissingArgument",
]);

const scripts = Object.keys(JSON.parse(readFileSync(`${root}package.json`, "utf8")).scripts);
const ofNpm = new Set(["ci", "install", "audit", "pack"]);

function isNpm([command = "", script = ""]: readonly string[]): boolean {
  return ofNpm.has(command) || scripts.includes(command === "run" ? script : command);
}

/** The arguments of `patchbay`, if that is the program. */
function argumentsOf([program, ...args]: readonly string[]): readonly string[] | undefined {
  if (program === "patchbay") return args;
  return program === "node" && args[0] === "dist/main.js" ? args.slice(1) : undefined;
}

/** One line for each of `list | show` and `bash|zsh`, and placeholders as values. */
function alternatives(text: string): readonly string[] {
  const [first = "", ...others] = text
    .replaceAll(/<(\w+)>/gu, "$1")
    .replace(/ …$/u, "")
    .split(" | ");
  const before = first.slice(0, first.lastIndexOf(" ") + 1);
  return [first, ...others.map((word) => `${before}${word}`)].flatMap((line) => {
    const choice = /\S+\|\S+/u.exec(line)?.[0];
    return choice === undefined ? [line] : choice.split("|").map((word) => line.replace(choice, word));
  });
}

describe("the command lines in the documents", () => {
  /** Why a command would not run as it is written; undefined if it would. Nothing runs. */
  async function faultOf(
    deps: CliDeps,
    words: readonly string[],
    isName: boolean,
  ): Promise<string | undefined> {
    const [program = "", ...rest] = words;
    if (program === "npm") return isNpm(rest) ? undefined : "npm has no such script";
    const args = argumentsOf(words);
    if (args === undefined) return "no test knows this program";
    const parser = commandLine(deps).hook("preAction", () => {
      throw understood;
    });
    try {
      await parser.parseAsync(args, { from: "user" });
    } catch (error) {
      if (error === understood) return undefined;
      return isName && error instanceof CommanderError && ofNames.has(error.code) ? undefined : String(error);
    }
    return "it would print something else";
  }

  it("are understood where a block shows them, or the block says that no test runs it", async () => {
    const deps = (await startCliHarness()).deps();
    const faults: string[] = [];
    let checked = 0;
    for (const { file, line, language, text, isUntested } of codeBlocks) {
      const isShell = language === "sh" || (language === "" && /^(?:patchbay|npm|node) /mu.test(text));
      if (!isShell || isUntested || file === "docs/http-api.md") continue;
      for (const words of shellCommands(text)) {
        checked += 1;
        const fault = await faultOf(deps, words, false);
        if (fault !== undefined) faults.push(`${file}:${line}: ${words.join(" ")}: ${fault}`);
      }
    }
    expect(faults).toEqual([]);
    expect(checked).toBeGreaterThan(10);
  });

  it("are understood where a sentence or a table names them", async () => {
    const deps = (await startCliHarness()).deps();
    const faults: string[] = [];
    let checked = 0;
    for (const { file, text } of codeSpans) {
      if (!/^(?:\w+=\S+ )*(?:patchbay|npm|node dist\/main\.js) \S/u.test(text)) continue;
      for (const line of alternatives(text)) {
        for (const words of shellCommands(line)) {
          checked += 1;
          const fault = await faultOf(deps, words, true);
          if (fault !== undefined) faults.push(`${file}: ${text}: ${fault}`);
        }
      }
    }
    expect(faults).toEqual([]);
    expect(checked).toBeGreaterThan(120);
  });

  it("are the only ones that no test runs where test/README.md lists them", () => {
    const listed = [...read("test/README.md").matchAll(/^\| `(docs\/[\w-]+\.md)` \| (\d+) \|/gmu)].map(
      ([, file = "", count = ""]) => [file, Number(count)],
    );
    const marked = new Map<string, number>();
    for (const { file, isUntested } of codeBlocks)
      if (isUntested) marked.set(file, (marked.get(file) ?? 0) + 1);
    expect(listed).toEqual([...marked]);
  });
});

// What needs something that this harness has not: a request for approval, a plan, a change of the incident, a file.
const needsMore =
  /apr_|cartesia-down|incident revert|^patchbay (?:routes|completion|failover (?:import|export|remove|pause|resume|stop|back|drill|practice))/u;

it("carries out the commands of docs/command-line.md, one after another, as they stand", async () => {
  const harness = await startCliHarness({ account: guideAccount() });
  await harness.connect("Cartesia prod");
  const rows = [...read("docs/command-line.md").matchAll(/^\| `(patchbay [^`|]+)` \|/gmu)].map(
    ([, line = ""]) => line,
  );
  const lines = rows.filter((line) => !needsMore.test(line));
  expect(lines.length).toBeGreaterThan(14);
  const ended: Record<string, number> = {};
  let change = "";
  for (const line of lines) {
    const [words = []] = shellCommands(line.replace(/chg_\w+/u, change));
    const { exitCode, out, err } = await harness.run(words.slice(1), { types: ["y"], isTTY: true });
    ended[exitCode === 0 ? line : `${line}: ${out}${err}`] = exitCode;
    change = /chg_\w+/u.exec(`${out}${err}`)?.[0] ?? change;
  }
  expect(ended).toEqual(Object.fromEntries(lines.map((line) => [line, 0])));
});

it("reads the plan and the routes that the documents show", () => {
  const blockOf = (file: string, key: string): string =>
    codeBlocks.find((block) => block.file === file && block.text.startsWith(key))?.text ?? "";
  const valueOf = (file: string, key: string): unknown => {
    const yaml = parseYaml(blockOf(file, key), key);
    if (yaml.faults) throw new Error(JSON.stringify(yaml.faults));
    return yaml.value;
  };
  const idOf = (name: string): string => `con_${name}`;
  expect(parsePlan(valueOf("docs/admin-guide.md", "plan:"), idOf).faults ?? []).toEqual([]);
  expect(parseRoutes(valueOf("docs/routes.md", "routes:"), idOf).faults ?? []).toEqual([]);
});
