import type { CommandChoices, OptionChoice } from "./command-tree.ts";

/** For fish: a file `patchbay.fish` in its folder for completions. */
export function fishCompletion(tree: readonly CommandChoices[]): string {
  const paths = tree.slice(1).map(({ path }) => `            case '${path}'\n                set at $next`);
  const lines = tree.flatMap(({ path, subcommands, options, argumentValues = [] }) => {
    const where = `complete -c patchbay -n "__patchbay_at '${path}'"`;
    return [
      ...(subcommands.length > 0 ? [`${where} -f`] : []),
      ...subcommands.map(({ word, meaning }) => `${where} -a ${word} -d '${quoted(meaning)}'`),
      ...(argumentValues.length > 0 ? [`${where} -f -a '${argumentValues.join(" ")}'`] : []),
      ...options.map((option) => `${where} ${flagOf(option)} -d '${quoted(option.meaning)}'`),
    ];
  });
  return `# patchbay for fish
function __patchbay_at
    set -l at patchbay
    for word in (commandline -opc)[2..]
        set -l next "$at $word"
        switch $next
${paths.join("\n")}
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join("\n")}
`;
}

function flagOf({ word, values }: OptionChoice): string {
  const flag = word.startsWith("--") ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`;
  if (values === undefined) return flag;
  return values.length > 0 ? `${flag} -x -a '${values.join(" ")}'` : `${flag} -r`;
}

const quoted = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
