import { connectionCut, databaseRestart } from "./database-faults.ts";
import { failover } from "./failover.ts";
import { paused } from "./paused.ts";
import { killsAtPoints, randomKills } from "./kills.ts";
import { race } from "./race.ts";
import type { ReplicaWorld } from "./replica-world.ts";
import { rollingRestart } from "./rolling-restart.ts";

/** How much a scenario does. */
export interface Effort {
  readonly races: number;
  readonly kills: number;
  readonly failovers: number;
  /** Only failovers whose name contains one of these texts; all of them when none is given. */
  readonly only: readonly string[];
  readonly pausedMs: number;
  readonly requests: number;
}

/** What a scenario counted, in words, and everything that is wrong. */
export interface Told {
  readonly words: string;
  readonly broken: readonly string[];
}

/** A scenario with several servers. The same seed does the same. */
export type Scenario = (world: ReplicaWorld, effort: Effort, random: () => number) => Promise<Told>;

/** All scenarios by name. */
export const scenarios = {
  race,
  points: killsAtPoints,
  kills: randomKills,
  paused,
  failover,
  cut: connectionCut,
  restart: databaseRestart,
  rolling: rollingRestart,
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;
// `Object.keys` forgets the names.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];
