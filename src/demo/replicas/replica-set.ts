import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";

/** What became of a replica. */
export type ReplicaState = "starting" | "running" | "frozen" | "stopping" | "stopped" | "killed";

/** A server in a process of its own. */
export interface Replica {
  /** `A`, `B`, …: one that is started again keeps its name. */
  readonly name: string;
  readonly pid: number;
  /** Its HTTP port; 0 until it runs. */
  readonly port: number;
  readonly state: ReplicaState;
  readonly startedAt: Date;
}

/** Several servers on one database. */
export interface ReplicaSet {
  /** The replicas by name, also those that have ended. */
  all(): readonly Replica[];
  /** The ports that take requests. */
  ports(): readonly number[];
  /** Starts a replica, or starts it again. Throws with its words if it does not start. */
  start(name: string): Promise<void>;
  /** SIGKILL. Resolves when it is gone. */
  kill(name: string): Promise<void>;
  /** SIGSTOP: it keeps its connections and does nothing. */
  freeze(name: string): void;
  /** SIGCONT. */
  thaw(name: string): void;
  /** Stops it as a deploy does: it takes no more requests, and finishes its work. Resolves when it is gone. */
  stop(name: string): Promise<void>;
  /** Moves the clocks of all replicas, if they were started with one of their own. */
  setAhead(aheadMs: number): void;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  /** The file of `replica-child.ts`, and Node's options to load it. */
  readonly script: string;
  readonly execArgv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly minExpiryMs?: number | undefined;
  readonly outboxEveryMs?: number | undefined;
  readonly driftEveryMs?: number | undefined;
  readonly runsEveryMs?: number | undefined;
  /** Whether their clocks can be moved. */
  readonly isClockMovable?: boolean;
  /** Waited for before a replica is stopped, when `ports` has it no more. */
  readonly beforeStop?: (port: number) => Promise<void>;
  /** Called with each line of a replica's log. */
  readonly onLine?: (name: string, line: string) => void;
  /** Called whenever the state of a replica changes. */
  readonly onChange?: () => void;
}

const answer = z.union([z.object({ port: z.number() }), z.object({ fault: z.string() })]);
const logLine = z.object({ line: z.string() });

interface Process {
  readonly child: ChildProcess;
  readonly gone: Promise<unknown>;
  readonly startedAt: Date;
  port: number;
  state: ReplicaState;
}

/** Prepares replicas; `start` starts each. */
export function replicaSet(options: ReplicaOptions): ReplicaSet {
  const { script, execArgv, environment, isClockMovable = false } = options;
  const { onLine = () => undefined, onChange = () => undefined, beforeStop } = options;
  const { minExpiryMs, outboxEveryMs, driftEveryMs, runsEveryMs } = options;
  const processes = new Map<string, Process>();
  let aheadMs = 0;
  const running = (name: string): Process => {
    const found = processes.get(name);
    if (!found || ["stopped", "killed"].includes(found.state))
      throw new Error(`there is no replica ${name} that runs`);
    return found;
  };
  const setState = (one: Process, state: ReplicaState): void => {
    one.state = state;
    onChange();
  };
  const kill = async (one: Process): Promise<void> => {
    one.child.kill("SIGKILL");
    setState(one, "killed");
    await one.gone;
  };
  return {
    all: () =>
      [...processes].map(([name, { child, port, state, startedAt }]) => ({
        name,
        pid: child.pid ?? 0,
        port,
        state,
        startedAt,
      })),
    // A frozen one is found out only by its silence.
    ports: () =>
      [...processes.values()]
        .filter(({ state }) => state === "running" || state === "frozen")
        .map(({ port }) => port),
    start: async (name) => {
      const before = processes.get(name);
      if (before && !["stopped", "killed"].includes(before.state))
        throw new Error(`the replica ${name} runs already`);
      const child = fork(script, {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
        env: {},
        execArgv: [...execArgv],
      });
      const one: Process = {
        child,
        gone: once(child, "exit"),
        startedAt: new Date(),
        port: 0,
        state: "starting",
      };
      processes.set(name, one);
      onChange();
      void one.gone.then(() => one.state !== "stopped" && setState(one, "killed"));
      child.send({
        environment,
        minExpiryMs,
        outboxEveryMs,
        driftEveryMs,
        runsEveryMs,
        ...(isClockMovable ? { aheadMs } : {}),
      });
      const ended = one.gone.then((): never => {
        throw new Error(`the replica ${name} ended before it was ready`);
      });
      const answered = new Promise<z.infer<typeof answer>>((resolve) => {
        child.on("message", (message) => {
          const line = logLine.safeParse(message);
          if (line.success) onLine(name, line.data.line);
          else resolve(answer.parse(message));
        });
      });
      const told = await Promise.race([answered, ended]);
      if ("fault" in told) {
        await kill(one);
        throw new Error(told.fault);
      }
      one.port = told.port;
      if (one.state === "starting") setState(one, "running");
    },
    kill: async (name) => kill(running(name)),
    freeze: (name) => {
      const one = running(name);
      one.child.kill("SIGSTOP");
      setState(one, "frozen");
    },
    thaw: (name) => {
      const one = running(name);
      one.child.kill("SIGCONT");
      setState(one, "running");
    },
    stop: async (name) => {
      const one = running(name);
      setState(one, "stopping");
      // Requests that the system has accepted, but the process has not seen, would be cut off.
      await beforeStop?.(one.port);
      one.child.send({ stop: true });
      await one.gone;
      setState(one, "stopped");
    },
    setAhead: (ms) => {
      aheadMs = ms;
      for (const { child, state } of processes.values())
        if (!["stopped", "killed"].includes(state)) child.send({ aheadMs });
    },
    close: async () => {
      await Promise.all([...processes.values()].map(async (one) => kill(one)));
    },
  };
}
