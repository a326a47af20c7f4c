import { openSync, readSync } from "node:fs";

/** The longest stop of an event loop since it was last taken, in milliseconds. */
export interface LongestStop {
  wallMs: number;
  /** How much of a CPU its thread had within one stop. The rest it waited for one, which is the doing of other processes. */
  cpuMs: number;
}

const everyMs = 1;

/**
 * Watches the event loop of this process: a timer of a millisecond notes how much later it comes than it was due. Returns
 * what takes the longest stop so far and begins anew.
 */
export function watchLoop(): () => LongestStop {
  const buffer = Buffer.alloc(64);
  const schedule = openSchedule();
  /** What the main thread has had of a CPU; of the whole process where the system does not tell them apart. */
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

/** Linux' account of the main thread's time on a CPU, exact to the nanosecond; undefined elsewhere. */
function openSchedule(): number | undefined {
  try {
    return openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
  } catch {
    return undefined;
  }
}
