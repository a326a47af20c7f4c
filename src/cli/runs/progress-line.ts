import type { CliDeps } from "../cli-context.ts";
import { progressText } from "./run-text.ts";

/** Shows how far a run is: one line that changes on a terminal, and plain lines otherwise. */
export interface ProgressLine {
  show(counts: Parameters<typeof progressText>[0]): void;
  /** Leaves the line as it is. */
  end(): void;
}

/** The least time between two plain lines, in milliseconds. */
const plainEveryMs = 10_000;

export function progressLine({ out, now }: CliDeps): ProgressLine {
  const { progress } = out;
  let shown = "";
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show: (counts) => {
      const text = progressText(counts);
      if (text === shown) return;
      if (progress) progress(text);
      else if (now().getTime() - shownAt < plainEveryMs) return;
      else out.err(`${text}\n`);
      shown = text;
      shownAt = now().getTime();
    },
    end: () => {
      if (progress && shown !== "") progress(undefined);
      shown = "";
    },
  };
}
