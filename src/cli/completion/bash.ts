import type { CommandChoices } from "./command-tree.ts";

/**
 * For bash: `source <(patchbay completion bash)`. File names are completed where no command, option or known value fits.
 */
export function bashCompletion(tree: readonly CommandChoices[]): string {
  const paths = tree.slice(1).map(({ path }) => `      "${path}") at=$next ;;`);
  const values = tree.flatMap(({ path, options }) =>
    options.flatMap(({ word, values: choices }) =>
      choices ? [`    "${path} ${word}") words="${choices.join(" ")}"; return ;;`] : [],
    ),
  );
  const cases = tree.map(({ path, subcommands, options, argumentValues }) => {
    const flags = options.map(({ word }) => word).join(" ");
    const words = [...subcommands.map(({ word }) => word), ...(argumentValues ?? [])].join(" ");
    const hasOnlyOptions = subcommands.length === 0 && argumentValues === undefined;
    return `    "${path}") flags="${flags}"; words="${hasOnlyOptions ? flags : words}" ;;`;
  });
  return `# patchbay for bash
_patchbay_words() {
  local at=patchbay next word flags=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="$at $word"
    case $next in
${paths.join("\n")}
    esac
  done
  case "$at \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join("\n")}
  esac
  case $at in
${cases.join("\n")}
  esac
  case \${COMP_WORDS[COMP_CWORD]} in
    -*) words=$flags ;;
  esac
}
_patchbay() {
  local words=
  _patchbay_words
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _patchbay patchbay
`;
}
