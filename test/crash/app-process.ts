import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { bundled } from "../support/bundled.ts";

/** How far ahead of the machine's its clock is, and whether more time is to pass at once where it waits long. */
export interface AppTime {
  readonly aheadMs: number;
  readonly isLater: boolean;
}

/** The app in a process of its own, to be killed. */
export interface AppProcess {
  /** Starts the app and resolves to its port. Throws with its words when it does not start. */
  start(environment: Readonly<Record<string, string>>, time: AppTime): Promise<number>;
  /** How much time it has skipped, in milliseconds. */
  skippedMs(): number;
  /** SIGKILL, at once. */
  kill(): void;
  /** SIGSTOP: nothing that is sent to it is read any more. */
  freeze(): void;
  /** Whether it is still there. */
  alive(): boolean;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
}

/** Makes processes, each loaded before it is asked for, so that starting one takes no time. */
export interface Nursery {
  next(): AppProcess;
  close(): Promise<void>;
}

const answer = z.union([
  z.object({ port: z.number() }),
  z.object({ fault: z.string() }),
  z.object({ skippedMs: z.number() }),
]);

/** Bundles the app, since many processes are to load it. */
export function nursery(): Nursery {
  const script = bundled(new URL("app-child.ts", import.meta.url));
  const all = new Set<AppProcess>();
  const grow = (): AppProcess => {
    const grown = appProcess(script);
    all.add(grown);
    void grown.gone.then(() => all.delete(grown));
    return grown;
  };
  let waiting = grow();
  return {
    next: () => {
      const next = waiting;
      waiting = grow();
      return next;
    },
    close: async () => {
      const ending = [...all];
      for (const each of ending) each.kill();
      await Promise.all(ending.map(async ({ gone }) => gone));
    },
  };
}

function appProcess(script: string): AppProcess {
  const child: ChildProcess = fork(script, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {},
    execArgv: [],
  });
  // Until its channel is closed something that it has told may still be on the way.
  const gone = Promise.all([once(child, "exit"), once(child, "disconnect")]).then(() => undefined);
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  let skippedMs = 0;
  const started = new Promise<{ port: number } | { fault: string }>((resolve) => {
    child.on("message", (message) => {
      const told = answer.parse(message);
      if ("skippedMs" in told) ({ skippedMs } = told);
      else resolve(told);
    });
  });
  return {
    start: async (environment, time) => {
      child.send({ environment, ...time });
      const ended = gone.then((): never => {
        throw new Error("the app ended before it was started");
      });
      const told = await Promise.race([started, ended]);
      if ("fault" in told) throw new Error(told.fault);
      return told.port;
    },
    skippedMs: () => skippedMs,
    kill: () => void child.kill("SIGKILL"),
    freeze: () => void child.kill("SIGSTOP"),
    alive,
    gone,
  };
}
