// `npm run faults`: tries every fault with every verb at every vendor, also in expiries, reverts and failovers, and prints the results.
// Exits with 1 if an invariant is broken, and with 2 if the arguments are invalid.
import PQueue from "p-queue";
import { vendorIds } from "../../src/vendors/index.ts";
import { readCommandLine } from "../support/command-line.ts";
import { isNamed, sample } from "../support/sample.ts";
import { bulk } from "./bulk/bulk.ts";
import { ends } from "./ends/ends.ts";
import { failovers } from "./failovers/failovers.ts";
import { cellName, inStretches, triesOfMatrix, tryStretch } from "./changes/matrix.ts";
import { reverts } from "./reverts/reverts.ts";
import { brokenLines, triesOf, tryAll, type Story, type Try } from "./story.ts";
import { table, totals } from "./changes/table.ts";

const usage = `npm run faults -- [options]

Tries every vendor fault with every verb, at the expiry of a temporary change, in an incident revert, in the middle of a
revert of many changes, and in each tier of a failover and of its fail-back, at every vendor.

  --vendor ID    only this vendor; can be repeated (${vendorIds.join(", ")})
  --of KIND      only this kind: changes, ends (expiries), reverts, many, failovers; can be repeated
  --only TEXT    only tries whose name contains this text, to repeat what broke; can be repeated
  --sample N     only N of these tries, drawn with the seed
  --seed N       the seed of the sample (1)
  --at-once N    how many apps to try in at the same time (3)
  -h, --help     show this text

Exit codes: 0 all invariants held, 1 some did not, 2 invalid arguments.`;

const { values, count, chosen, refuse } = readCommandLine(usage, {
  vendor: { type: "string", multiple: true },
  of: { type: "string", multiple: true },
  only: { type: "string", multiple: true },
  sample: { type: "string" },
  seed: { type: "string" },
  "at-once": { type: "string" },
});
const vendors = chosen("--vendor", values.vendor, vendorIds);
const kinds = chosen("--of", values.of, ["changes", "ends", "reverts", "many", "failovers"] as const);
const size = count("--sample", values.sample, Number.POSITIVE_INFINITY, 1);
const seed = count("--seed", values.seed, 1);
// A try mostly waits, so a few run at the same time.
const queue = new PQueue({ concurrency: count("--at-once", values["at-once"], 3, 1) });

const started = performance.now();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const ofStory = <Seen>(story: Story<Seen>): Try[] =>
  vendors.flatMap((vendor) => [...triesOf(story, "all", vendor)]);
const everything = kinds.flatMap((kind) => {
  const tries = {
    changes: () => triesOfMatrix("all", vendors),
    ends: () => ofStory(ends),
    reverts: () => ofStory(reverts),
    many: () => ofStory(bulk),
    failovers: () => ofStory(failovers[0]),
  }[kind]();
  return tries
    .filter((each) => isNamed(cellName(each), values.only ?? []))
    .map((each) => ({ ...each, kind }));
});
if (everything.length === 0) refuse("No try has such a name.");
const drawn = sample(everything, size, seed);
const drawnOf = (kind: (typeof kinds)[number]): Try[] => drawn.filter((each) => each.kind === kind);

/** Tries every verb, and returns how many invariants were broken. */
async function tryChanges(tries: readonly Try[]): Promise<number> {
  const began = performance.now();
  let done = 0;
  const progress = (): void => {
    done += 1;
    if (process.stderr.isTTY && done % 100 === 0) process.stderr.write(`${done} cells tried\n`);
  };
  const tried = await queue.addAll(
    inStretches(tries).map((stretch) => async () => tryStretch(stretch, progress)),
  );
  const cells = tried.flat();
  say(`${table(cells)}\n\n${totals(cells, performance.now() - began)}`);
  return cells.reduce((sum, { broken }) => sum + broken.length, 0);
}

/** Tries a story, prints what broke, and returns how many invariants did. */
async function tell<Seen>(story: Story<Seen>, tries: readonly Try[]): Promise<number> {
  const told = await queue.addAll(
    vendors.map((vendor) => async () => {
      const there = tries.filter(({ act }) => act.vendor === vendor);
      return there.length === 0 ? [] : tryAll(story, vendor, there);
    }),
  );
  const broken = brokenLines(told.flat());
  const checked = told.flat().length * story.invariants.length;
  const sum = `${told.flat().length} ${story.all} (faults × vendors), ${story.invariants.length} invariants each: ${checked - broken.length} held, ${broken.length} broken.`;
  say([...broken, sum].join("\n"));
  return broken.length;
}

const counts = [
  ...(drawnOf("changes").length > 0 ? [await tryChanges(drawnOf("changes"))] : []),
  ...(drawnOf("ends").length > 0 ? [await tell(ends, drawnOf("ends"))] : []),
  ...(drawnOf("reverts").length > 0 ? [await tell(reverts, drawnOf("reverts"))] : []),
  ...(drawnOf("many").length > 0 ? [await tell(bulk, drawnOf("many"))] : []),
  ...(drawnOf("failovers").length > 0 ? [await tell(failovers[0], drawnOf("failovers"))] : []),
  ...(drawnOf("failovers").length > 0 ? [await tell(failovers[1], drawnOf("failovers"))] : []),
];
const broken = counts.reduce((sum, each) => sum + each, 0);
const seconds = Math.round((performance.now() - started) / 1000);
const part = drawn.length < everything.length ? ` of ${everything.length}, drawn by seed ${seed}` : "";
say(`${drawn.length} tries${part}: ${broken === 0 ? "everything held" : `${broken} broken`}; ${seconds} s.`);
process.exitCode = broken > 0 ? 1 : 0;
