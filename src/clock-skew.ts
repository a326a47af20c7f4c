import { uptime } from "node:os";

/** How our own clock stands against those of the servers that we ask. Audit times and Slack's signatures depend on it. */
export interface ClockSkewMonitor {
  /** The `Date` header of an answer that has just come, who sent it, and how long it took in milliseconds. */
  observe(source: string, date: string | undefined, tookMs: number): void;
  /** How far our clock is ahead, negative where it is behind, in milliseconds; undefined before anybody was heard. */
  offsetMs(): number | undefined;
  /** Whether it is so far off that times and signatures cannot be relied on. */
  isSkewed(): boolean;
}

/** More than this is off, in milliseconds: Slack's signatures are good for five minutes. */
const offMs = 60_000;
/** Less than this is right again, in milliseconds, so that it does not go to and fro. */
const rightMs = 30_000;
/** What was heard longer ago than this no longer counts while others have been heard since, in milliseconds. */
const freshMs = 15 * 60_000;

/**
 * Compares our clock with what others say. As long as one of them agrees with it, it is right: several wrong clocks in
 * agreement are less likely than one server with a wrong one.
 */
export function clockSkewMonitor(
  now: () => Date,
  elapsedMs = (): number => performance.now(),
): ClockSkewMonitor {
  const said = new Map<string, { readonly offset: number; readonly at: number }>();
  let off = false;
  /** By how much time of day and elapsed time were apart when the clock was compared last: that changes when it is set. */
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
      // What was said before the clock was set tells nothing of it any more.
      if (isSetSince()) said.clear();
      said.set(source, { offset: apart(now().getTime(), tookMs, theirs), at: elapsedMs() });
      const size = Math.abs(offsetMs() ?? 0);
      off = off ? size >= rightMs : size > offMs;
      apartThen = apartNow();
    },
    offsetMs,
    // Set by so much since, it counts as off until somebody has been heard: nothing may end by it meanwhile.
    isSkewed: () => off || isSetSince(),
  };
}

/** By how much our time is ahead of theirs for certain: they answered at any time since we asked, in whole seconds. */
function apart(ours: number, tookMs: number, theirs: number): number {
  if (theirs > ours) return ours - theirs;
  return Math.max(0, ours - tookMs - (theirs + 1000));
}

/**
 * A clock that only ever goes forward, in milliseconds: what is asleep grows old as well. The machine's monotonic clock
 * stands still while it sleeps; how long the machine has been up does not.
 */
export function elapsedClock(
  awakeMs = (): number => performance.now(),
  upMs = (): number => uptime() * 1000,
): () => number {
  const alreadyAsleep = upMs() - awakeMs();
  let asleepMs = 0;
  return () => {
    const awake = awakeMs();
    // Whole seconds: the two are not read at the same moment, and the second may be no finer than that.
    const asleep = Math.floor((upMs() - awake - alreadyAsleep) / 1000) * 1000;
    if (asleep - asleepMs > 1000) asleepMs = asleep;
    return awake + asleepMs;
  };
}
