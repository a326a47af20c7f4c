import type { CommandChoices } from "./command-tree.ts";

/** For bash: `source <(patchbay completion bash)`. File names are completed where no command or option fits. */
export function bashCompletion(tree: readonly CommandChoices[]): string {
  const paths = tree.slice(1).map(({ path }) => `      "${path}") at=$next ;;`);
  const cases = tree.map(({ path, subcommands, options }) => {
    const words = [...subcommands, ...options].map(({ word }) => word);
    return `    "${path}") words="${words.join(" ")}" ;;`;
  });
  return `# patchbay for bash
_patchbay() {
  local at=patchbay next word words=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="$at $word"
    case $next in
${paths.join("\n")}
    esac
  done
  case $at in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _patchbay patchbay
`;
}
