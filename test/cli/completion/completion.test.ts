import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../sqlite/support.ts";
import { startCliHarness } from "../cli-harness.ts";

async function script(shell: string): Promise<string> {
  const harness = await startCliHarness();
  const { exitCode, out, err } = await harness.run(["completion", shell]);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  const file = join(temporaryFolder(), `patchbay.${shell}`);
  writeFileSync(file, out);
  return file;
}

/** What each shell offers after these words, the last of which is not finished. */
const offers: Readonly<Record<string, (file: string, words: readonly string[]) => string>> = {
  bash: (file, words) =>
    execFileSync("bash", [
      "--norc",
      "-c",
      `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _patchbay; printf '%s\n' "\${COMPREPLY[@]}"`,
      "bash",
      file,
      ...words,
    ]).toString(),
  zsh: (file, words) =>
    execFileSync("zsh", [
      "-f",
      "-c",
      // What `_describe` gets, because a completion runs only while somebody edits a line. Options (-o) need a hyphen.
      `compdef() { :; }; _files() { :; }
      _describe() { [[ $1 == -o && $words[CURRENT] != -* ]] && return; local name=\${@[-1]}; print -l -- \${(P)name%%:*}; }
      source $1; shift; words=("$@"); CURRENT=$#words; _patchbay`,
      "zsh",
      file,
      ...words,
    ]).toString(),
  fish: (file, words) =>
    execFileSync("fish", [
      "--no-config",
      "-c",
      `source $argv[1]; complete -C $argv[2]`,
      file,
      words.join(" "),
    ])
      .toString()
      .replaceAll(/\t.*/gu, ""),
};

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

describe.each(Object.keys(offers))("patchbay completion %s", (shell) => {
  const isHere = ["/usr/bin", "/bin"].some((folder) => existsSync(join(folder, shell)));
  const missing = isHere ? "" : ` (skipped: ${shell} is not installed)`;
  it.skipIf(!isHere)(`completes commands, subcommands and options${missing}`, async () => {
    const file = await script(shell);
    const after = (...words: readonly string[]) => linesOf(offers[shell]?.(file, words) ?? "");
    const commands = after("patchbay", "");
    expect(commands).toEqual(expect.arrayContaining(["start", "number", "freeze", "failover", "completion"]));
    expect(after("patchbay", "number", "")).toEqual(
      expect.arrayContaining(["list", "show", "reassign", "undo"]),
    );
    expect(after("patchbay", "incident", "")).toEqual(
      expect.arrayContaining(["start", "open", "end", "close"]),
    );
    const options = after("patchbay", "number", "reassign", "0100", "--");
    expect(options).toEqual(expect.arrayContaining(["--for", "--because", "--break-glass", "--json"]));
    expect(options).not.toContain("--limit");
    const scopes = after("patchbay", "tokens", "make", "ci", "--scope", "");
    expect(scopes.toSorted()).toEqual(["change", "propose", "read"]);
    expect(after("patchbay", "completion", "").toSorted()).toEqual(["bash", "fish", "zsh"]);
    const reason = after("patchbay", "number", "reassign", "0100", "--because", "");
    expect(reason).not.toContain("--for");
    expect(after("patchbay", "number", "list", "--")).toContain("--json");
  });
});

it("refuses another shell, and names those that it knows", async () => {
  const harness = await startCliHarness();
  const { exitCode, out, err } = await harness.run(["completion", "tcsh"]);
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
  expect(err).toContain("bash, zsh, fish");
});
