import { seededRandom } from "../../test/support/sample.ts";

/** What things cost, as measured. CPU times are of one core. */
export interface Costs {
  /** Of the server, for a change with its form, in milliseconds. */
  readonly changeAppMs: number;
  /** Of PostgreSQL, for the same. */
  readonly changeDbMs: number;
  /** Of the server, for a command that needs no vendor. */
  readonly commandAppMs: number;
  readonly commandDbMs: number;
  readonly changeQueries: number;
  /** What a change adds to the database, in bytes. */
  readonly changeBytes: number;
}

/** A load, and what serves it. */
export interface Point {
  readonly changesPerSecond: number;
  readonly commandsPerSecond: number;
  readonly replicas: number;
  readonly dbCores: number;
  /** Between a server and the database, there and back. */
  readonly roundTripMs: number;
  /** How long a vendor takes for a request; a change makes two after the other until it is sent. */
  readonly vendorMs: number;
}

/** What a load does to the machines, and to people. */
export interface Simulated {
  /** The share of the time that all servers, and all cores of the database, are busy. */
  readonly appBusy: number;
  readonly dbBusy: number;
  /** From the submission to the update at the vendor, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Of the work of a change, so much lies between the submission and the update; its form comes before. */
const submissionShare = 0.4;
const vendorRequests = 2;

/**
 * Simulates a load for some seconds: requests arrive at random, each goes to the next server, which has one event loop,
 * and in steps to the database, whose cores take queries in the order of their arrival. The same seed gives the same.
 */
export function simulate(costs: Costs, point: Point, { seconds = 120, seed = 1 } = {}): Simulated {
  const random = seededRandom(seed);
  const { changesPerSecond, commandsPerSecond, replicas, dbCores, roundTripMs, vendorMs } = point;
  const apps = Array.from({ length: replicas }, () => 0);
  const cores = Array.from({ length: dbCores }, () => 0);
  const busy = { app: 0, db: 0 };
  const waits: number[] = [];
  const queue = new EventQueue();
  /** Takes the server that is free first; returns when it is done. */
  const serve = (servers: number[], at: number, ms: number, index?: number): number => {
    const free = index ?? servers.indexOf(Math.min(...servers));
    const done = Math.max(at, servers[free] ?? 0) + ms;
    servers[free] = done;
    return done;
  };
  const arrive = (perSecond: number, run: (at: number, app: number) => void): void => {
    if (perSecond === 0) return;
    for (let at = 0, n = 0; at < seconds * 1000; n += 1) {
      at += (-Math.log(1 - random()) / perSecond) * 1000;
      const [time, app] = [at, n % replicas];
      queue.add(time, () => run(time, app));
    }
  };
  /** Work that goes back and forth between a server and the database. */
  const steps = (at: number, app: number, work: Work, then: (done: number) => void): void => {
    if (work.left === 0) {
      then(at);
      return;
    }
    const afterApp = serve(apps, at, work.appMs, app);
    busy.app += work.appMs;
    queue.add(afterApp + roundTripMs / 2, () => {
      const afterDb = serve(cores, afterApp + roundTripMs / 2, work.dbMs);
      busy.db += work.dbMs;
      const next = afterDb + roundTripMs / 2;
      queue.add(next, () => steps(next, app, { ...work, left: work.left - 1 }, then));
    });
  };
  const queries = Math.max(1, Math.round(costs.changeQueries));
  const part = (share: number): Work => ({
    left: Math.max(1, Math.round(queries * share)),
    appMs: costs.changeAppMs / queries,
    dbMs: costs.changeDbMs / queries,
  });
  arrive(changesPerSecond, (at, app) =>
    steps(at, app, part(1 - submissionShare), (submitted) =>
      steps(submitted, app, part(submissionShare), (done) => {
        waits.push(done - submitted + vendorRequests * vendorMs);
      }),
    ),
  );
  arrive(commandsPerSecond, (at, app) =>
    steps(at, app, { left: 1, appMs: costs.commandAppMs, dbMs: costs.commandDbMs }, () => undefined),
  );
  queue.run();
  const sorted = waits.toSorted((a, b) => a - b);
  const percentile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return {
    appBusy: busy.app / (seconds * 1000 * replicas),
    dbBusy: busy.db / (seconds * 1000 * dbCores),
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
  };
}

interface Work {
  readonly left: number;
  readonly appMs: number;
  readonly dbMs: number;
}

/** A heap of events by time. */
class EventQueue {
  readonly #events: { readonly at: number; readonly run: () => void }[] = [];

  add(at: number, run: () => void): void {
    const events = this.#events;
    events.push({ at, run });
    for (let child = events.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** Runs all events, and those that they add, in the order of their times. */
  run(): void {
    for (let next = this.#take(); next; next = this.#take()) next.run();
  }

  #take() {
    const events = this.#events;
    const [first] = events;
    const last = events.pop();
    if (!first || !last || events.length === 0) return first;
    events[0] = last;
    for (let parent = 0; ;) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      let least = parent;
      if (left < events.length && this.#isBefore(left, least)) least = left;
      if (right < events.length && this.#isBefore(right, least)) least = right;
      if (least === parent) return first;
      this.#swap(least, parent);
      parent = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    return (this.#events[one]?.at ?? 0) < (this.#events[other]?.at ?? 0);
  }

  #swap(one: number, other: number): void {
    const events = this.#events;
    const [a, b] = [events[one], events[other]];
    if (a && b) [events[one], events[other]] = [b, a];
  }
}
