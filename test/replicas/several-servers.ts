import type { FailoverApp } from "../crash/failover/failover-app.ts";
import { onceUpdatesEnded } from "../crash/failover/failover-traps.ts";
import { soon, vendorsOf } from "./changes.ts";
import type { ReplicaWorld } from "./replica-world.ts";

/** Longer than a claim lasts, and shorter than the time after which a run asks. */
const claimIsOverMs = 61_000;
const patienceMs = 60_000;

/** How a server is interrupted: by SIGKILL, or by SIGSTOP until the others have made so many updates. */
export type Interruption = "killed" | { readonly pausedForUpdates: number };

/** Several servers, one of which is interrupted. The others take over once its claims are over. */
export function severalServers(world: ReplicaWorld, how: Interruption): FailoverApp {
  const { harness, replicas, balancer } = world;
  const named = (...states: readonly string[]): string[] =>
    replicas
      .all()
      .filter(({ state }) => states.includes(state))
      .map(({ name }) => name);
  let alone: string | undefined;
  let interrupted: readonly string[] = [];
  const kill = async (names: readonly string[]): Promise<unknown> =>
    Promise.all(names.map(async (name) => replicas.kill(name)));
  const start = async (): Promise<unknown> =>
    Promise.all(named("killed").map(async (name) => replicas.start(name)));
  const thaw = (): void => {
    for (const name of named("frozen")) replicas.thaw(name);
  };
  return {
    harness,
    look: async (at) => at(harness.infra),
    audit: async (afterSequence) => world.audit(afterSequence),
    damage: async () => world.damage(),
    workOf: async (itemIds) => world.workOf(itemIds),
    serveAlone: () => {
      const first = replicas.all().find(({ state }) => state === "running");
      alone = first?.name;
      balancer.only(first?.port);
    },
    freeze: () => {
      if (alone !== undefined) replicas.freeze(alone);
    },
    interruption: () => {
      // Nobody knows which of several servers continues a run.
      const names = alone === undefined ? named("running") : [alone];
      interrupted = [];
      return () => {
        if (interrupted.length > 0) return;
        interrupted = names;
        alone = undefined;
        if (how === "killed") void kill(names);
        else for (const name of names) replicas.freeze(name);
        // A balancer finds a frozen server out by its silence.
        balancer.only(replicas.all().find(({ state }) => state === "running")?.port);
      };
    },
    isInterrupted: async () => soon(() => interrupted.length > 0, patienceMs),
    takeOver: async (goneMs, prepare = () => undefined) => {
      if (goneMs > 0) await kill(named("running", "frozen"));
      else {
        if (named("running").length === 0) await start();
        if (how !== "killed") onceUpdatesEnded(vendorsOf(world), how.pausedForUpdates, thaw);
      }
      prepare();
      await world.advance(goneMs > 0 ? goneMs : claimIsOverMs);
      if (goneMs === 0) return;
      await start();
      balancer.only(undefined);
    },
    pass: async (ms) => {
      thaw();
      balancer.only(undefined);
      await start();
      await world.advance(ms);
    },
  };
}
