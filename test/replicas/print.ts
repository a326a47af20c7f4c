// `npm run replicas`: several servers on one PostgreSQL, which are raced, killed, paused, cut off and restarted. Says what
// was counted and what did not hold. Exits with 1 when something did not, with 2 when its arguments are invalid.
import { readCommandLine } from "../support/command-line.ts";
import { seededRandom } from "../support/sample.ts";
import { missing, startReplicas } from "./replica-world.ts";
import { scenarioNames, scenarios, type Effort } from "./scenarios.ts";

const usage = `npm run replicas -- [options]

Starts PostgreSQL, several servers on it, the fakes, a load balancer and a proxy in front of the database. Then it races
changes of one number, kills servers at named points and at random, pauses one, interrupts failovers at each of their
points, cuts the database's connections, restarts the database, and restarts all servers one by one under load.

  --of NAME      only this scenario; can be given several times (${scenarioNames.join(", ")})
  --replicas N   the number of servers (3)
  --races N      the number of racing changes (1000)
  --kills N      the number of random kills (300)
  --failovers N  only so many interrupted failovers, drawn with the seed
  --only TEXT    only interrupted failovers whose name contains this text, to repeat what broke; can be repeated
  --pause N      how long a server is paused, in seconds (30)
  --requests N   the fewest requests during the rolling restart (1000)
  --seed N       the seed of everything random (1)
  -h, --help     this text

Exit codes: 0 everything held, 1 something did not, 2 invalid arguments.`;

const { values, chosen, count, refuse } = readCommandLine(usage, {
  of: { type: "string", multiple: true },
  replicas: { type: "string" },
  races: { type: "string" },
  kills: { type: "string" },
  failovers: { type: "string" },
  only: { type: "string", multiple: true },
  pause: { type: "string" },
  requests: { type: "string" },
  seed: { type: "string" },
});
if (missing !== undefined) refuse(`Several servers need PostgreSQL: ${missing}.`);
const names = chosen("--of", values.of, scenarioNames);
const seed = count("--seed", values.seed, 1);
const replicas = count("--replicas", values.replicas, 3, 1);
const effort: Effort = {
  races: count("--races", values.races, 1000, 1),
  kills: count("--kills", values.kills, 300, 1),
  failovers: count("--failovers", values.failovers, Number.POSITIVE_INFINITY, 1),
  only: values.only ?? [],
  pausedMs: count("--pause", values.pause, 30, 1) * 1000,
  requests: count("--requests", values.requests, 1000, 1),
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);
let faults = 0;
const begunAt = performance.now();
for (const name of names) {
  const from = performance.now();
  const world = await startReplicas(replicas);
  try {
    const { words, broken } = await scenarios[name](world, effort, seededRandom(seed));
    say(`${name}: ${words}; ${Math.round((performance.now() - from) / 1000)} s`);
    for (const fault of broken) say(`  BROKEN ${fault}`);
    faults += broken.length;
  } catch (error) {
    say(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
    faults += 1;
  } finally {
    await world.close();
  }
}
const held = faults === 0 ? "Everything held" : `${faults} things did not hold`;
say(`${held}; ${replicas} servers, seed ${seed}, ${Math.round((performance.now() - begunAt) / 1000)} s.`);
process.exitCode = faults === 0 ? 0 : 1;
