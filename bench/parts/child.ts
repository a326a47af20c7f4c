import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { z } from "zod";

/** A child process of a bench, which answers one question after the other. */
export interface Child {
  readonly pid: number;
  /** Asks a question and parses the answer. Throws if the child reports an error or has ended. */
  ask<T>(name: string, input: unknown, answer: z.ZodType<T>): Promise<T>;
  end(): Promise<void>;
}

const cache = fileURLToPath(new URL(`../../node_modules/.cache/bench-${process.pid}/`, import.meta.url));
const told = z.union([z.object({ answer: z.unknown() }), z.object({ fault: z.string() })]);

/**
 * Bundles a file of `children` as plain JavaScript next to the libraries that it needs, so that no loader is measured
 * with it.
 */
export async function bundled(name: string): Promise<string> {
  await mkdir(cache, { recursive: true });
  const outfile = `${cache}${name}.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL(`../children/${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
  return outfile;
}

export async function removeBundles(): Promise<void> {
  await rm(cache, { recursive: true, force: true });
}

/** Starts a child process by its name. */
export async function startChild(name: string, execArgv: readonly string[] = []): Promise<Child> {
  const child: ChildProcess = fork(await bundled(name), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {},
    execArgv: [...execArgv],
  });
  const gone = once(child, "exit").then(() => undefined);
  return {
    pid: child.pid ?? 0,
    ask: async (ask, input, answer) => {
      child.send({ ask, input });
      const ended = gone.then((): never => {
        throw new Error(`${name} ended before it answered ${ask}`);
      });
      const [message]: unknown[] = await Promise.race([once(child, "message"), ended]);
      const said = told.parse(message);
      if ("fault" in said) throw new Error(`${name}, ${ask}: ${said.fault}`);
      return answer.parse(said.answer);
    },
    end: async () => {
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill("SIGKILL"), 3_000);
      await gone;
      clearTimeout(late);
    },
  };
}
