import { isProblem } from "../../domain/problem/problem.ts";
import type { RunnerTimer } from "./work/work-runner.ts";

/** How a write is repeated. */
export interface RepeatOptions {
  readonly timer: Pick<RunnerTimer, "after">;
  readonly everyMs: number;
  readonly stopping: AbortSignal;
  onFailed(error: unknown): void;
}

/**
 * Writes that something is done, for work that must not be done again: repeats what throws not_recorded until it is
 * written, or this process stops. Throws the last error then.
 */
export async function untilRecorded(write: () => Promise<void>, options: RepeatOptions): Promise<void> {
  const { timer, everyMs, stopping, onFailed } = options;
  for (;;) {
    try {
      await write();
      return;
    } catch (error) {
      if (!isProblem(error, "not_recorded") || stopping.aborted) throw error;
      onFailed(error);
      await waited(timer, everyMs, stopping);
    }
  }
}

async function waited(timer: RepeatOptions["timer"], ms: number, stopping: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const go = (): void => {
      cancel();
      stopping.removeEventListener("abort", go);
      resolve();
    };
    const cancel = timer.after(ms, go);
    stopping.addEventListener("abort", go);
  });
}
