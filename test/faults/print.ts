// `npm run faults`: tries every fault with every verb at every vendor, and in ends and reverts, and prints what came of it.
// Exits with 1 when an invariant is broken, with 2 when it was called wrongly.
import PQueue from "p-queue";
import { vendorIds } from "../../src/vendors/index.ts";
import { readCommandLine } from "../support/command-line.ts";
import { sample } from "../support/sample.ts";
import { bulk } from "./bulk.ts";
import { ends } from "./ends.ts";
import { inStretches, triesOfMatrix, tryStretch } from "./matrix.ts";
import { reverts } from "./reverts.ts";
import { brokenLines, triesOf, tryAll, type Story, type Try } from "./story.ts";
import { table, totals } from "./table.ts";

const usage = `npm run faults -- [options]

Tries each fault of a vendor with each verb, in the ends of changes, in reverts of incidents, and in the middle of
reverts of many changes, at each vendor.

  --vendor ID    only at this vendor; can be given several times (${vendorIds.join(", ")})
  --of KIND      only these tries: changes, ends, reverts, many; can be given several times
  --sample N     only N of all these tries, drawn by the seed
  --seed N       the seed of the sample (1)
  --at-once N    how many houses are tried in side by side (3)
  -h, --help     this text

Exit codes: 0 all invariants held, 1 one did not, 2 called wrongly.`;

const { values, count, chosen } = readCommandLine(usage, {
  vendor: { type: "string", multiple: true },
  of: { type: "string", multiple: true },
  sample: { type: "string" },
  seed: { type: "string" },
  "at-once": { type: "string" },
});
const vendors = chosen("--vendor", values.vendor, vendorIds);
const kinds = chosen("--of", values.of, ["changes", "ends", "reverts", "many"] as const);
const size = count("--sample", values.sample, Number.POSITIVE_INFINITY, 1);
const seed = count("--seed", values.seed, 1);
// Most of a try is waiting for what does not come, so a few go side by side.
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
  }[kind]();
  return tries.map((each) => ({ ...each, kind }));
});
const drawn = sample(everything, size, seed);
const drawnOf = (kind: (typeof kinds)[number]): Try[] => drawn.filter((each) => each.kind === kind);

/** Tries every verb; gives how many invariants were broken. */
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

/** Tries a story; prints what broke and gives how much did. */
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
];
const broken = counts.reduce((sum, each) => sum + each, 0);
const seconds = Math.round((performance.now() - started) / 1000);
const part = drawn.length < everything.length ? ` of ${everything.length}, drawn by seed ${seed}` : "";
say(`${drawn.length} tries${part}: ${broken === 0 ? "everything held" : `${broken} broken`}; ${seconds} s.`);
process.exitCode = broken > 0 ? 1 : 0;
