import type { Log } from "../../domain/ports/log.ts";
import type { WorkItem, WorkQueue } from "../../domain/ports/work-queue.ts";
import type { Job } from "../shared/work/interval-job.ts";
import { workRunner, type RunnerTimer } from "../shared/work/work-runner.ts";

/** The one piece of work of its kind: it signs the logs of all workspaces. */
export const signing: WorkItem = { kind: "checkpoint", workspaceId: "all", itemId: "signer" };

/** What is needed to sign checkpoints in turn with other servers. */
export interface CheckpointJobOptions {
  readonly queue: WorkQueue;
  readonly log: Log;
  readonly timer: RunnerTimer;
  readonly everyMs: number;
  /** Makes the checkpoints that are due. Never throws. */
  sign(): Promise<void>;
  /** Keeps the process alive meanwhile. */
  track(work: Promise<unknown>): void;
}

/** Signs the audit logs at intervals, on one of the servers that share them. */
export function checkpointJob({ queue, log, timer, everyMs, sign, track }: CheckpointJobOptions): Job {
  const runner = workRunner({
    kind: signing.kind,
    queue,
    log,
    timer,
    everyMs,
    atOnce: 1,
    perLane: 1,
    retryMs: everyMs,
    failed: "checkpoints not made",
    run: async () => {
      await sign();
      return { dueInMs: everyMs };
    },
    track,
  });
  /** No state stands for this work, so every server sees to it that it is there. */
  const ensure = async (): Promise<void> => {
    try {
      await queue.ensure(signing);
    } catch (err) {
      log.error({ err }, "checkpoints not made");
    }
  };
  let stopEnsuring: () => void = () => undefined;
  return {
    start: async () => {
      await ensure();
      stopEnsuring = timer.every(everyMs, () => track(ensure()));
      await runner.start();
    },
    stop: () => {
      stopEnsuring();
      runner.stop();
    },
  };
}
