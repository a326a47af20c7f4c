// `npm run crash`: kills the app at every named point of a change, of background work, of a rate-limited revert of many
// changes and of a failover, at every vendor, and at random moments under load. Prints what held. Exits with 1 if something did not hold,
// and with 2 if the arguments are invalid.
import { vendorIds } from "../../src/vendors/index.ts";
import { readCommandLine } from "../support/command-line.ts";
import { isNamed, seededRandom, sample } from "../support/sample.ts";
import { crashUnderLoad, loaded } from "./crash-under-load.ts";
import { namedAt, type Named } from "./named-tries.ts";
import { startProcessHarness } from "./process-harness.ts";

const usage = `npm run crash -- [kills] [options]

Kills the app with SIGKILL at named points of a change, of background work (an expiry, an approval, an incident revert),
of a rate-limited revert of many changes, and of a failover and its fail-back, and at random moments under load (200 by
default). Then starts it again, and checks that nothing was lost, done twice or reported wrongly.

  --vendor ID    only this vendor; can be repeated (${vendorIds.join(", ")}); under load always ${loaded.join(" and ")}
  --of KIND      only this kind: change, later, many, failover, load; can be repeated
  --only TEXT    only tries whose name contains this text, to repeat what broke; can be repeated
  --sample N     only N of the tries at named points, drawn with the seed
  --seed N       the seed of the sample, and of the first random kill (1)
  -h, --help     show this text

Exit codes: 0 everything held, 1 something did not, 2 invalid arguments.`;

const { values, positionals, count, chosen, refuse } = readCommandLine(
  usage,
  {
    vendor: { type: "string", multiple: true },
    of: { type: "string", multiple: true },
    only: { type: "string", multiple: true },
    sample: { type: "string" },
    seed: { type: "string" },
  },
  true,
);
if (positionals.length > 1) refuse(`Give one number of kills, not ${positionals.join(" ")}.`);
const randomKills = count("The number of kills", positionals[0], 200);
const vendors = chosen("--vendor", values.vendor, vendorIds);
const kinds = chosen("--of", values.of, ["change", "later", "many", "failover", "load"] as const);
const size = count("--sample", values.sample, Number.POSITIVE_INFINITY);
const seed = count("--seed", values.seed, 1);

/** The fakes keep everything, so a new harness starts after this many kills. */
const killsPerHarness = 50;

/** From this many random kills on, at least one must interrupt a change. */
const leastThatChange = 20;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const started = performance.now();
const broken: string[] = [];
const breaks = (words: string): void => {
  broken.push(words);
  say(words);
};

/** Returns what is wrong. A wait that timed out is wrong, too. */
async function tried<T>(what: string, attempt: () => Promise<T>, wrong: (found: T) => readonly string[]) {
  try {
    const found = await attempt();
    for (const words of wrong(found)) breaks(`${what}: ${words}`);
    return found;
  } catch (error) {
    breaks(`${what}: ${String(error).split("\n")[0]}`);
    return undefined;
  }
}

/** Tries them, group by group, and returns how often the app was killed. */
async function atNamedPoints(all: readonly Named[]): Promise<number> {
  let kills = 0;
  for (const name of new Set(all.map(({ group }) => group))) {
    const there = all.filter(({ group }) => group === name);
    const processes = await startProcessHarness(there[0]?.vendors ?? []);
    try {
      for (const { name: what, attempt } of there) {
        await tried(
          what,
          async () => attempt(processes),
          (words) => words,
        );
        if (!processes.app().alive()) await processes.restart();
      }
    } finally {
      kills += processes.kills();
      await processes.close();
    }
    say(`${kills} kills at named points, up to ${name}`);
  }
  return kills;
}

async function atRandom(times: number) {
  const sum = { kills: 0, changes: 0, leftOpen: 0, sent: 0 };
  const last = seed + times - 1;
  for (let next = seed; next <= last;) {
    const processes = await startProcessHarness(loaded);
    try {
      for (let here = 0; here < killsPerHarness && next <= last; here += 1, next += 1) {
        const random = seededRandom(next);
        const found = await tried(
          `seed ${next}`,
          async () => crashUnderLoad(processes, random),
          (after) => after.broken,
        );
        if (!processes.app().alive()) await processes.restart();
        sum.changes += found?.changes ?? 0;
        sum.leftOpen += found?.leftOpen ?? 0;
        sum.sent += found?.sent ?? 0;
      }
    } finally {
      sum.kills += processes.kills();
      await processes.close();
    }
    say(`${sum.kills} kills at random moments`);
  }
  return sum;
}

const everything = vendors
  .flatMap(namedAt)
  .filter(({ kind, name }) => kinds.some((each) => each === kind) && isNamed(name, values.only ?? []));
if (everything.length === 0 && !kinds.includes("load")) refuse("No try has such a name.");
const drawn = sample(everything, size, seed);
const named = await atNamedPoints(drawn);
const { kills, changes, leftOpen, sent } = await atRandom(kinds.includes("load") ? randomKills : 0);
if (kinds.includes("load") && randomKills >= leastThatChange && changes === 0)
  breaks("under load: no kill interrupted a change");
const seconds = Math.round((performance.now() - started) / 1000);
const tries = (kind: Named["kind"]): number => drawn.filter((each) => each.kind === kind).length;
const part = drawn.length < everything.length ? ` of ${everything.length}, drawn by seed ${seed}` : "";
say(
  `${named + kills} kills: ${named} in ${drawn.length} tries at named points${part} (${tries("change")} of changes, ${tries("later")} of background work, ${tries("many")} of reverts of many, ${tries("failover")} of failovers), ${kills} at random.`,
);
say(
  `Under load: ${changes} changes on record, ${sent} updates sent, ${leftOpen} changes continued by the next process.`,
);
say(`${broken.length === 0 ? "Everything held" : `${broken.length} things did not hold`}; ${seconds} s.`);
process.exitCode = broken.length === 0 ? 0 : 1;
