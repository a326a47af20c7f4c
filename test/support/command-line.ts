import { parseArgs, type ParseArgsConfig } from "node:util";

/** Prints what is wrong with a command line, or what may be in it, and ends the process. */
function stop(words: string, exitCode: 0 | 2): never {
  (exitCode === 0 ? process.stdout : process.stderr).write(`${words}\n`);
  process.exit(exitCode);
}

/** Reads a command line. `--help` prints the usage and exits with 0; what is not in it is named, and exits with 2. */
export function readCommandLine<T extends NonNullable<ParseArgsConfig["options"]>>(
  usage: string,
  options: T,
  allowPositionals = false,
) {
  const help = { type: "boolean", short: "h" } as const;
  const read = () => {
    try {
      return parseArgs({ options: { ...options, help }, allowPositionals, strict: true });
    } catch (error) {
      return stop(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, 2);
    }
  };
  const line = read();
  if (Object.hasOwn(line.values, "help")) stop(usage, 0);
  const refuse = (words: string): never => stop(`${words}\n\n${usage}`, 2);
  return {
    ...line,
    refuse,
    /** A whole number of at least `least`, or what stands in where none was given. */
    count: (name: string, text: string | undefined, otherwise: number, least = 0): number => {
      if (text === undefined) return otherwise;
      if (!/^\d{1,9}$/u.test(text) || Number(text) < least)
        return refuse(`${name} is a whole number of at least ${least}, not “${text}”.`);
      return Number(text);
    },
    /** Those of the known words that were given; all of them when none was. */
    chosen: <W extends string>(
      name: string,
      given: readonly string[] = [],
      known: readonly W[],
    ): readonly W[] => {
      const odd = given.find((word) => !known.some((each) => each === word));
      if (odd !== undefined) return refuse(`${name} is one of ${known.join(", ")}, not “${odd}”.`);
      return given.length === 0 ? known : known.filter((each) => given.includes(each));
    },
  };
}
