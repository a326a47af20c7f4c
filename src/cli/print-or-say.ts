import type { Out } from "./cli-context.ts";
import { ended, exitErrorOf } from "./exit-error.ts";

/** How a result is printed, and how it is said on standard error. */
interface Saying {
  print(out: Out): void;
  say(out: Out): void;
}

/**
 * Prints the result of something that has changed numbers, and ends with its exit code. If standard output is full, or a
 * pipe that somebody has closed, what became of it is on standard error. A closed pipe is no fault where all is well.
 */
export async function printOrSay(out: Out, exitCode: number, { print, say }: Saying): Promise<void> {
  const onError = { ...out, out: out.err };
  try {
    print(out);
  } catch (error) {
    say(onError);
    if (exitCode === 0) throw error;
    out.err(exitErrorOf(error).text);
    throw ended(exitCode);
  }
  if (exitCode === 0) return;
  if ((await out.arrived?.()) === false) say(onError);
  throw ended(exitCode);
}
