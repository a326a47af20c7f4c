import type { Choice, CommandChoices } from "./command-tree.ts";

/** For zsh: a file `_patchbay` in a folder of `fpath`, or sourced after `compinit`. */
export function zshCompletion(tree: readonly CommandChoices[]): string {
  const paths = tree.slice(1).map(({ path }) => `      '${path}') at=$next ;;`);
  const cases = tree.map(
    ({ path, subcommands, options }) => `    '${path}')
      verbs=(${subcommands.map(described).join(" ")})
      flags=(${options.map(described).join(" ")})
      ;;`,
  );
  return `#compdef patchbay
_patchbay() {
  local at=patchbay next word
  local -a verbs flags
  for word in \${words[2,CURRENT-1]}; do
    next="$at $word"
    case $next in
${paths.join("\n")}
    esac
  done
  case $at in
${cases.join("\n")}
  esac
  _describe -t commands command verbs
  _describe -o -t options option flags
  (( \${#verbs} )) || _files
}
if [[ $funcstack[1] == _patchbay ]]; then _patchbay "$@"; else compdef _patchbay patchbay; fi
`;
}

/** In single quotes, with the colon that separates the word from its meaning. */
function described({ word, meaning }: Choice): string {
  const text = meaning.replaceAll(":", String.raw`\:`).replaceAll("'", "’");
  return `'${word}:${text}'`;
}
