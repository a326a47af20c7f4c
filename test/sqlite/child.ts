import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { onTestFinished } from "vitest";
import { bundled } from "../support/run/bundled.ts";

/** A Node process that runs a script of this folder, ended after the test. */
export interface Child {
  readonly pid: number;
  /** The next line that it prints, or undefined after its end. */
  line(): Promise<string | undefined>;
  /** Ends it by a signal and waits until it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Closes its standard input and waits until it is gone. */
  finish(): Promise<void>;
}

/** Runs `script` (a file of this folder) with arguments; `node` are options of Node itself. */
export function child(
  script: string,
  args: readonly string[],
  node: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Child {
  const path = bundled(new URL(script, import.meta.url));
  const running: ChildProcessByStdio<Writable, Readable, null> = spawn(
    process.execPath,
    [...node, path, ...args],
    { stdio: ["pipe", "pipe", "inherit"], ...(Object.keys(env).length > 0 ? { env } : {}) },
  );
  const exited = once(running, "exit");
  const lines = createInterface(running.stdout)[Symbol.asyncIterator]();
  onTestFinished(() => {
    running.kill("SIGKILL");
  });
  return {
    pid: running.pid ?? 0,
    async line() {
      const next = await lines.next();
      return next.done === true ? undefined : next.value;
    },
    async kill(signal) {
      running.kill(signal);
      await exited;
    },
    async finish() {
      running.stdin.end();
      await exited;
    },
  };
}
