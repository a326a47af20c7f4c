import { exitErrorLine } from "../exit-error.ts";

/** One line of `patchbay doctor`: what was checked, the result, and what to do about a fault. */
export interface Finding {
  readonly state: "ok" | "warn" | "FAIL" | "skip";
  readonly about: string;
  readonly words: string;
}

export const ok = (about: string, words: string): Finding => ({ state: "ok", about, words });

export const fail = (about: string, words: string): Finding => ({ state: "FAIL", about, words });

export const warn = (about: string, words: string): Finding => ({ state: "warn", about, words });

export const skip = (about: string, words: string): Finding => ({ state: "skip", about, words });

export const fixFirst = "fix the settings first";

export async function attempt(about: string, words: string, act: () => Promise<unknown>): Promise<Finding> {
  try {
    await act();
    return ok(about, words);
  } catch (error) {
    return fail(about, exitErrorLine(error));
  }
}
