import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { bundled } from "./child.ts";
import type { LongestStop } from "./loop-watch.ts";

/** A server in its own process, from its start until it is ready. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  /** The time from starting the process to its line "ready", in milliseconds. */
  readonly startMs: number;
  /**
   * Its resident memory while idle, in MB: the smallest of some readings a second apart, after a garbage collection. It
   * must have been started with `collectable`.
   */
  idleMb(): Promise<number>;
  /** The longest blocks of its event loop since the last question. It must have been started with `watched`. */
  held(): Promise<LongestStop>;
  /** Its metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** Node options that let a server report how long its event loop was blocked. */
export async function watched(): Promise<readonly string[]> {
  return ["--import", await bundled("watch-loop")];
}

/** Node options that let a bench make a server collect garbage. */
export async function collectable(): Promise<readonly string[]> {
  return ["--import", await bundled("collect-garbage")];
}

const idleReadings = 5;
const heldLine = z.object({ msg: z.literal("held"), wallMs: z.number(), cpuMs: z.number() });
const readyLine = z.object({ msg: z.literal("ready"), port: z.number() });

/** Starts a Node program and waits for its JSON line `{"msg":"ready","port":…}`. Reads everything that it logs. */
export async function startServer(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Server> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { env: { ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  const kill = (): void => void child.kill();
  process.once("exit", kill);
  void gone.then(() => process.off("exit", kill));
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<number>((resolve) => {
    // The whole log is read, or the pipe would fill up.
    lines.on("line", (line) => {
      if (!line.includes('"ready"')) return;
      const read = readyLine.safeParse(JSON.parse(line));
      if (read.success) resolve(read.data.port);
    });
  });
  const ended = gone.then((): never => {
    throw new Error(`${args.join(" ")} ended before it was ready`);
  });
  const port = await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  const startMs = performance.now() - startedAt;
  /** Sends it a signal and waits for the line that answers it. */
  const signalled = async (answer: string): Promise<string> => {
    const answered = new Promise<string>((resolve) => {
      lines.on("line", function look(line) {
        if (!line.includes(`"${answer}"`)) return;
        lines.off("line", look);
        resolve(line);
      });
    });
    child.kill("SIGUSR2");
    return Promise.race([answered, ended]);
  };
  const pid = child.pid ?? 0;
  return {
    port,
    pid,
    startMs,
    held: async () => heldLine.parse(JSON.parse(await signalled("held"))),
    idleMb: async () => {
      await signalled("collected");
      const readings: number[] = [];
      while (readings.length < idleReadings) {
        await pause(1_000);
        readings.push(residentMb(pid));
      }
      return Math.min(...readings);
    },
    metrics: async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
    stop: async () => {
      child.kill("SIGTERM");
      await gone;
    },
  };
}

function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kb === undefined) throw new Error("the resident memory of a process is read from Linux' /proc");
  return Number(kb) / 1024;
}
