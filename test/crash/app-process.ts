import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { bundled } from "../support/run/bundled.ts";

/** How far the app's clock is ahead of the machine's, and whether it skips long waits. */
export interface AppTime {
  readonly aheadMs: number;
  readonly isLater: boolean;
}

/** The app in its own process, to be killed. */
export interface AppProcess {
  /** Starts the app and resolves to its port. Throws the reason if it does not start. */
  start(environment: Readonly<Record<string, string>>, time: AppTime): Promise<number>;
  /** How much time the app has skipped, in milliseconds. */
  skippedMs(): number;
  /** SIGKILL, at once. */
  kill(): void;
  /** SIGSTOP: the app no longer reads what it is sent. */
  freeze(): void;
  /** Whether the process is running. */
  alive(): boolean;
  /** Resolves when the process has ended. */
  readonly gone: Promise<void>;
}

/** Provides processes that are already loaded, so that starting the app in one takes no time. */
export interface AppProcesses {
  next(): AppProcess;
  close(): Promise<void>;
}

const answer = z.union([
  z.object({ port: z.number() }),
  z.object({ fault: z.string() }),
  z.object({ skippedMs: z.number() }),
]);

/** Bundles the app, because many processes load it. */
export function appProcesses(): AppProcesses {
  const script = bundled(new URL("app-child.ts", import.meta.url));
  const all = new Set<AppProcess>();
  const load = (): AppProcess => {
    const loaded = appProcess(script);
    all.add(loaded);
    void loaded.gone.then(() => all.delete(loaded));
    return loaded;
  };
  let waiting = load();
  return {
    next: () => {
      const next = waiting;
      waiting = load();
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
  // Until its channel closes, a message from it may still arrive.
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
