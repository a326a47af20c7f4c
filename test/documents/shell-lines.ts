/** A command of a line of shell, as far as documents use shell: its words, without what redirects it. */
export type ShellCommand = readonly string[];

/**
 * Splits lines of shell into commands: quotes, comments, continued lines, `&&`, `;`, pipes, redirections and
 * assignments before a command. A `$(…)` stays one word.
 */
export function shellCommands(text: string): readonly ShellCommand[] {
  const joined = text.replaceAll(/\\\n\s*/gu, " ").replaceAll(/<<(\w+)\n[\s\S]*?^\1$/gmu, "");
  return joined
    .split("\n")
    .flatMap(commandsOfLine)
    .filter((words) => words.length > 0);
}

const token = /\s+|#.*$|&&|\|\||[;|]|\d?>+&?\S*|(?:"[^"]*"|'[^']*'|\$\([^)]*\)|[^\s;|"'])+/gu;

function commandsOfLine(line: string): ShellCommand[] {
  const commands: string[][] = [[]];
  let isTarget = false;
  for (const [found] of line.matchAll(token)) {
    if (/^(?:\s|#)/u.test(found)) continue;
    if (/^(?:&&|\|\||;|\|)$/u.test(found)) commands.push([]);
    else if (/^\d?>/u.test(found)) isTarget = /^\d?>+$/u.test(found);
    else if (isTarget) isTarget = false;
    else commands.at(-1)?.push(found.replaceAll(/"([^"]*)"|'([^']*)'/gu, "$1$2"));
  }
  return commands.map((words) => words.slice(words.findIndex((word) => !/^\w+=/u.test(word))));
}
