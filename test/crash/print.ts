// `npm run crash [kills]`: kills the app at every named point with every verb at every vendor, at those of what is carried
// out later, and at that many random moments under load (200 unless given), and says what held. Exits with 1 when
// something did not.
import { vendorIds } from "../../src/domain/vendor.ts";
import { acts } from "../faults/acts.ts";
import { crashAt } from "./crash-at.ts";
import { crashLater } from "./crash-later.ts";
import { crashUnderLoad, loaded } from "./crash-under-load.ts";
import { laterActs } from "./later-acts.ts";
import { laterPoints } from "./later-points.ts";
import { points } from "./points.ts";
import { seededRandom } from "./random.ts";
import { startYard } from "./yard.ts";

/** A yard's stand-ins remember everything; after so many kills a new one is laid out. */
const killsInAYard = 50;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const randomKills = Number(process.argv[2] ?? 200);
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

async function atNamedPoints(): Promise<number> {
  let kills = 0;
  for (const vendor of vendorIds) {
    const yard = await startYard([vendor]);
    try {
      for (const point of points) {
        for (const act of acts.filter((each) => each.vendor === vendor)) {
          const what = `${point.name} × ${act.verb} × ${vendor}`;
          await tried(
            what,
            async () => crashAt(yard, act, point),
            (words) => words,
          );
          if (!yard.app().alive()) await yard.restart();
        }
      }
    } finally {
      kills += yard.kills();
      await yard.close();
    }
    say(`${kills} kills at ${points.length} named points, up to ${vendor}`);
  }
  return kills;
}

/** The ends of changes, approvals and reverts of incidents, at every vendor. */
async function ofWhatIsLater() {
  const sum = { kills: 0, tries: 0 };
  for (const vendor of vendorIds) {
    const act = acts.find((each) => each.vendor === vendor && each.verb === "reassign");
    if (!act) throw new Error(`nothing is reassigned at ${vendor}`);
    for (const later of laterActs) {
      // A yard of its own, since approvals are switched on in it.
      const yard = await startYard([vendor]);
      try {
        for (const point of laterPoints) {
          sum.tries += 1;
          await tried(
            `${later.name}, ${point.name} × ${vendor}`,
            async () => crashLater(yard, later, act, point),
            (words) => words,
          );
          if (!yard.app().alive()) await yard.restart();
        }
      } finally {
        sum.kills += yard.kills();
        await yard.close();
      }
    }
    say(`${sum.kills} kills in ${sum.tries} tries of what is carried out later, up to ${vendor}`);
  }
  return sum;
}

async function atRandom() {
  const sum = { kills: 0, changes: 0, leftOpen: 0, sent: 0 };
  for (let seed = 1; seed <= randomKills;) {
    const yard = await startYard(loaded);
    try {
      for (let times = 0; times < killsInAYard && seed <= randomKills; times += 1, seed += 1) {
        const random = seededRandom(seed);
        const found = await tried(
          `seed ${seed}`,
          async () => crashUnderLoad(yard, random),
          (after) => after.broken,
        );
        if (!yard.app().alive()) await yard.restart();
        sum.changes += found?.changes ?? 0;
        sum.leftOpen += found?.leftOpen ?? 0;
        sum.sent += found?.sent ?? 0;
      }
    } finally {
      sum.kills += yard.kills();
      await yard.close();
    }
    say(`${sum.kills} kills at random moments`);
  }
  return sum;
}

const named = await atNamedPoints();
const late = await ofWhatIsLater();
const { kills, changes, leftOpen, sent } = await atRandom();
const seconds = Math.round((performance.now() - started) / 1000);
say(
  `${named + late.kills + kills} kills: ${named} at ${points.length} named points × verbs × vendors, ${late.kills} in ${late.tries} tries of what is carried out later (${laterActs.length} kinds × ${laterPoints.length} points × vendors), ${kills} at random.`,
);
say(
  `Under load: ${changes} changes on record, ${sent} updates sent, ${leftOpen} changes taken up by the next process.`,
);
say(`${broken.length === 0 ? "Everything held" : `${broken.length} things did not hold`}; ${seconds} s.`);
process.exitCode = broken.length === 0 ? 0 : 1;
