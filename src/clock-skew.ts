import { uptime } from "node:os";

/**
 * Compares the system clock with the clocks of servers that respond to us. Audit times and Slack's signatures depend on
 * it.
 */
export interface ClockSkewMonitor {
  /** The `Date` header of a new response, its sender, and how long the response took in milliseconds. */
  observe(source: string, date: string | undefined, tookMs: number): void;
  /** How far our clock is ahead in milliseconds, negative if it is behind; undefined before the first response. */
  offsetMs(): number | undefined;
  /** Whether the clock is so wrong that times and signatures are unreliable. */
  isSkewed(): boolean;
}

/**
 * From this difference on, the clock counts as wrong, in milliseconds: Slack's signatures are valid for five minutes.
 */
const offMs = 60_000;
/** Below this difference, it counts as correct again, in milliseconds. The gap avoids flapping. */
const rightMs = 30_000;
/** Older observations do not count once there are newer ones from other servers, in milliseconds. */
const freshMs = 15 * 60_000;

/**
 * Compares our clock with others. It is correct as long as one of them agrees, because one server with a wrong clock is
 * more likely than several that are wrong in the same way.
 */
export function clockSkewMonitor(
  now: () => Date,
  elapsedMs = (): number => performance.now(),
): ClockSkewMonitor {
  const said = new Map<string, { readonly offset: number; readonly at: number }>();
  let off = false;
  /** The difference between wall clock and elapsed time. It changes when the clock is set. */
  const apartNow = (): number => now().getTime() - elapsedMs();
  let apartThen = apartNow();
  const isSetSince = (): boolean => Math.abs(apartNow() - apartThen) > offMs;

  const offsetMs = (): number | undefined => {
    const all = [...said.values()];
    const newest = Math.max(...all.map(({ at }) => at));
    const fresh = all.filter(({ at }) => newest - at <= freshMs).map(({ offset }) => offset);
    return fresh.toSorted((a, b) => Math.abs(a) - Math.abs(b))[0];
  };
  return {
    observe: (source, date, tookMs) => {
      const theirs = date === undefined ? Number.NaN : Date.parse(date);
      if (Number.isNaN(theirs)) return;
      // Observations from before the clock was set no longer apply.
      if (isSetSince()) said.clear();
      said.set(source, { offset: apart(now().getTime(), tookMs, theirs), at: elapsedMs() });
      const size = Math.abs(offsetMs() ?? 0);
      off = off ? size >= rightMs : size > offMs;
      apartThen = apartNow();
    },
    offsetMs,
    // After the clock was set by that much, it counts as wrong until a server has responded, so that nothing expires
    // meanwhile.
    isSkewed: () => off || isSetSince(),
  };
}

/**
 * The minimum difference to the server's clock: it responded at any time since our request, and its time is in whole
 * seconds.
 */
function apart(ours: number, tookMs: number, theirs: number): number {
  if (theirs > ours) return ours - theirs;
  return Math.max(0, ours - tookMs - (theirs + 1000));
}

/**
 * A clock that never goes backwards, in milliseconds, and that includes time asleep. The system's monotonic clock stops
 * during sleep; its uptime does not.
 */
export function elapsedClock(
  awakeMs = (): number => performance.now(),
  upMs = (): number => uptime() * 1000,
): () => number {
  const alreadyAsleep = upMs() - awakeMs();
  let asleepMs = 0;
  return () => {
    const awake = awakeMs();
    // In whole seconds, because the two clocks are not read at the same moment, and uptime may have no finer
    // resolution.
    const asleep = Math.floor((upMs() - awake - alreadyAsleep) / 1000) * 1000;
    if (asleep - asleepMs > 1000) asleepMs = asleep;
    return awake + asleepMs;
  };
}
