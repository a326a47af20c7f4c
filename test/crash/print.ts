// `npm run crash`: kills the app at every named point with every verb at every vendor, at those of what is carried out
// later and of a paced revert of many, and at random moments under load, and says what held. Exits with 1 when something
// did not, with 2 when it was called wrongly.
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { acts } from "../faults/acts.ts";
import { readCommandLine } from "../support/command-line.ts";
import { seededRandom, sample } from "../support/sample.ts";
import { bulkPoints } from "./bulk-points.ts";
import { crashAt } from "./crash-at.ts";
import { crashBulk } from "./crash-bulk.ts";
import { crashLater } from "./crash-later.ts";
import { crashUnderLoad, loaded } from "./crash-under-load.ts";
import { laterActs } from "./later-acts.ts";
import { laterPoints } from "./later-points.ts";
import { points } from "./points.ts";
import { startProcessHarness, type ProcessHarness } from "./process-harness.ts";

const usage = `npm run crash -- [kills] [options]

Kills the app with SIGKILL at named points of a change, of what is carried out later (an end, an approval, a revert of an
incident) and of a paced revert of many changes, and at so many random moments under load (200 unless given); starts it
again, and looks whether anything was lost, done twice or told wrongly.

  --vendor ID    only at this vendor; can be given several times (${vendorIds.join(", ")}); under load are ${loaded.join(" and ")}
  --of KIND      only these: change, later, many, load; can be given several times
  --sample N     only N of all the tries at named points, drawn by the seed
  --seed N       the seed of the sample, and of the first random kill (1)
  -h, --help     this text

Exit codes: 0 everything held, 1 something did not, 2 called wrongly.`;

const { values, positionals, count, chosen, refuse } = readCommandLine(
  usage,
  {
    vendor: { type: "string", multiple: true },
    of: { type: "string", multiple: true },
    sample: { type: "string" },
    seed: { type: "string" },
  },
  true,
);
if (positionals.length > 1) refuse(`There is one number of kills, not ${positionals.join(" ")}.`);
const randomKills = count("The number of kills", positionals[0], 200);
const vendors = chosen("--vendor", values.vendor, vendorIds);
const kinds = chosen("--of", values.of, ["change", "later", "many", "load"] as const);
const size = count("--sample", values.sample, Number.POSITIVE_INFINITY);
const seed = count("--seed", values.seed, 1);

/** A yard's fakes remember everything; after so many kills a new one is laid out. */
const killsInAYard = 50;

/** Of so many random kills some meet a change. */
const leastThatChange = 20;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const started = performance.now();
const broken: string[] = [];
const breaks = (words: string): void => {
  broken.push(words);
  say(words);
};

/** Gives what is wrong, also when something that was waited for did not come. */
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

/** One try at a named point. Those of the same yard are tried in one. */
interface Named {
  readonly kind: "change" | "later" | "many";
  readonly vendor: VendorId;
  readonly yard: string;
  readonly name: string;
  attempt(processes: ProcessHarness): Promise<readonly string[]>;
}

function namedAt(vendor: VendorId): Named[] {
  const reassign = acts.find((each) => each.vendor === vendor && each.verb === "reassign");
  if (!reassign) throw new Error(`nothing is reassigned at ${vendor}`);
  return [
    ...points.flatMap((point) =>
      acts
        .filter((act) => act.vendor === vendor)
        .map((act): Named => ({
          kind: "change",
          vendor,
          yard: vendor,
          name: `${point.name} × ${act.verb} × ${vendor}`,
          attempt: async (processes) => crashAt(processes, act, point),
        })),
    ),
    ...laterActs.flatMap((later) =>
      laterPoints.map((point): Named => ({
        kind: "later",
        vendor,
        // A yard of its own, since approvals are switched on in it.
        yard: `${vendor}, ${later.name}`,
        name: `${later.name}, ${point.name} × ${vendor}`,
        attempt: async (processes) => crashLater(processes, later, reassign, point),
      })),
    ),
    ...bulkPoints.map((point): Named => ({
      kind: "many",
      vendor,
      yard: `${vendor}, many`,
      name: `revert of many, ${point.name} × ${vendor}`,
      attempt: async (processes) => crashBulk(processes, reassign, point),
    })),
  ];
}

/** Tries them, yard by yard; gives how often the app was killed. */
async function atNamedPoints(all: readonly Named[]): Promise<number> {
  let kills = 0;
  for (const name of new Set(all.map(({ yard }) => yard))) {
    const there = all.filter(({ yard }) => yard === name);
    const processes = await startProcessHarness(there.slice(0, 1).map(({ vendor }) => vendor));
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
      for (let here = 0; here < killsInAYard && next <= last; here += 1, next += 1) {
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

const everything = vendors.flatMap(namedAt).filter(({ kind }) => kinds.some((each) => each === kind));
const drawn = sample(everything, size, seed);
const named = await atNamedPoints(drawn);
const { kills, changes, leftOpen, sent } = await atRandom(kinds.includes("load") ? randomKills : 0);
if (kinds.includes("load") && randomKills >= leastThatChange && changes === 0)
  breaks("under load: no kill met a change");
const seconds = Math.round((performance.now() - started) / 1000);
const tries = (kind: Named["kind"]): number => drawn.filter((each) => each.kind === kind).length;
const part = drawn.length < everything.length ? ` of ${everything.length}, drawn by seed ${seed}` : "";
say(
  `${named + kills} kills: ${named} in ${drawn.length} tries at named points${part} (${tries("change")} of changes, ${tries("later")} of what is carried out later, ${tries("many")} of reverts of many), ${kills} at random.`,
);
say(
  `Under load: ${changes} changes on record, ${sent} updates sent, ${leftOpen} changes taken up by the next process.`,
);
say(`${broken.length === 0 ? "Everything held" : `${broken.length} things did not hold`}; ${seconds} s.`);
process.exitCode = broken.length === 0 ? 0 : 1;
