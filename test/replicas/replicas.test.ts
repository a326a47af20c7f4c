import { expect, test } from "vitest";
import { seededRandom } from "../support/sample.ts";
import { missing, startReplicas } from "./replica-world.ts";
import { scenarios, type Effort, type ScenarioName } from "./scenarios.ts";

// `npm run replicas` does all scenarios with three servers, hundreds of kills and a thousand racing changes; CI does less of each.
const effort: Effort = { races: 8, kills: 3, failovers: 1, only: [], pausedMs: 3_000, requests: 50 };
const servers = 2;
const fast: readonly ScenarioName[] = ["race"];

test.skipIf(missing !== undefined).each(fast)(
  `several servers on one PostgreSQL hold in the scenario %s${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  { timeout: 180_000 },
  async (name) => {
    const world = await startReplicas(servers);
    try {
      const { broken } = await scenarios[name](world, effort, seededRandom(1));
      expect(broken).toEqual([]);
    } finally {
      await world.close();
    }
  },
);
