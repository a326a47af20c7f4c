import type { Choice, CommandChoices } from "./command-tree.ts";

/** For zsh: a file `_patchbay` in a folder of `fpath`, or sourced after `compinit`. */
export function zshCompletion(tree: readonly CommandChoices[]): string {
  const paths = tree.slice(1).map(({ path }) => `      '${path}') at=$next ;;`);
  const values = tree.flatMap(({ path, options }) =>
    options.flatMap(({ word, values: choices }) =>
      choices ? [`    '${path} ${word}') ${offered(choices)}; return ;;`] : [],
    ),
  );
  const cases = tree.map(
    ({ path, subcommands, options, argumentValues = [] }) => `    '${path}')
      verbs=(${subcommands.map(described).join(" ")})
      choices=(${argumentValues.join(" ")})
      flags=(${options.map(described).join(" ")})
      ;;`,
  );
  return `#compdef patchbay
_patchbay() {
  local at=patchbay next word
  local -a verbs choices flags
  for word in \${words[2,CURRENT-1]}; do
    next="$at $word"
    case $next in
${paths.join("\n")}
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${values.join("\n")}
  esac
  case $at in
${cases.join("\n")}
  esac
  _describe -t commands command verbs
  _describe -t values value choices
  _describe -o -t options option flags
  (( \${#verbs} + \${#choices} )) || _files
}
if [[ $funcstack[1] == _patchbay ]]; then _patchbay "$@"; else compdef _patchbay patchbay; fi
`;
}

/** Offers these values, or file names where any value is taken. */
function offered(choices: readonly string[]): string {
  return choices.length > 0 ? `choices=(${choices.join(" ")}); _describe -t values value choices` : "_files";
}

/** In single quotes, with the colon that separates the word from its meaning. */
function described({ word, meaning }: Choice): string {
  const text = meaning.replaceAll(":", String.raw`\:`).replaceAll("'", "’");
  return `'${word}:${text}'`;
}
