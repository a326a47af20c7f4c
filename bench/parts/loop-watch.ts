import { openSync, readSync } from "node:fs";

/** The longest block of an event loop since the last question, in milliseconds. */
export interface LongestStop {
  wallMs: number;
  /** The CPU time of its thread within that block. The rest was spent waiting for other processes. */
  cpuMs: number;
}

const everyMs = 1;

/**
 * Watches the event loop of this process with a timer of one millisecond. Returns a function that returns the longest
 * block so far and starts again.
 */
export function watchLoop(): () => LongestStop {
  const buffer = Buffer.alloc(64);
  const schedule = openSchedule();
  /** The CPU time of the main thread, or of the whole process if the system does not distinguish them. */
  const threadMs = (): number => {
    if (schedule === undefined) {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    }
    const length = readSync(schedule, buffer, 0, buffer.length, 0);
    return Number(buffer.toString("latin1", 0, length).split(" ", 1)[0]) / 1_000_000;
  };
  let longest: LongestStop = { wallMs: 0, cpuMs: 0 };
  let [wall, cpu] = [performance.now(), threadMs()];
  const look = (): void => {
    const [nowWall, nowCpu] = [performance.now(), threadMs()];
    longest.wallMs = Math.max(longest.wallMs, nowWall - wall - everyMs);
    longest.cpuMs = Math.max(longest.cpuMs, nowCpu - cpu);
    [wall, cpu] = [nowWall, nowCpu];
  };
  setInterval(look, everyMs).unref();
  return () => {
    look();
    const taken = longest;
    longest = { wallMs: 0, cpuMs: 0 };
    return taken;
  };
}

/** Linux' count of the main thread's CPU time in nanoseconds; undefined elsewhere. */
function openSchedule(): number | undefined {
  try {
    return openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
  } catch {
    return undefined;
  }
}
