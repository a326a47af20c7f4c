import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { acts, type Act } from "./acts.ts";
import { startMatrixHarness, type MatrixHarness } from "./matrix-harness.ts";
import type { Case } from "./cases.ts";

/** One thing that must hold, whatever goes wrong; gives what is wrong with it, or nothing. */
export interface Invariant<Seen> {
  readonly name: string;
  broken(seen: Seen, secrets: readonly string[]): string | false | undefined;
}

/** What is done with a reassigned number afterwards, and must hold whatever goes wrong in it. */
export interface Story<Seen> {
  readonly name: string;
  /** What its tries are called together. */
  readonly all: string;
  readonly cases: readonly Case[];
  readonly invariants: readonly Invariant<Seen>[];
  /** How many times as fast as the machine's its clock goes; as fast unless given. */
  readonly speed?: number;
  /** Limit of one request to the vendor, in milliseconds; shorter than some faults take unless given. */
  readonly patienceMs?: number;
  attempt(matrix: MatrixHarness, act: Act, wrong: Case): Promise<Seen>;
  /** Makes the harness fit for another try after one that did not come to its end. */
  recover(matrix: MatrixHarness): Promise<void>;
}

/** One try to be made. */
export interface Try {
  readonly act: Act;
  readonly wrong: Case;
}

/** What came of one try: the invariants that it broke, in words. */
export interface Told {
  readonly name: string;
  readonly broken: readonly string[];
}

const reassigns = acts.filter(({ verb }) => verb === "reassign");

/** What can go wrong in a story, at each vendor, or at one taking turns. */
export function triesOf<Seen>(
  { cases }: Story<Seen>,
  size: "all" | "some",
  vendor: VendorId,
): readonly Try[] {
  return cases.flatMap((wrong, row) =>
    reassigns
      .filter((act, column) => act.vendor === vendor && (size === "all" || row % reassigns.length === column))
      .map((act) => ({ act, wrong })),
  );
}

/** Tries them in one harness, one after the other. */
export async function tryAll<Seen>(
  story: Story<Seen>,
  vendor: VendorId,
  tries: readonly Try[],
): Promise<readonly Told[]> {
  const matrix = await startMatrixHarness(vendor, story);
  const told: Told[] = [];
  try {
    for (const { act, wrong } of tries) {
      const name = `${story.name}, ${wrong.phase}, ${wrong.name} × ${vendor}`;
      let seen: Seen;
      try {
        seen = await story.attempt(matrix, act, wrong);
      } catch (error) {
        const [words = ""] = String(error).split("\n");
        told.push({ name, broken: [`it comes to an end: ${words}`] });
        await story.recover(matrix);
        continue;
      }
      const broken = story.invariants.flatMap((invariant) => {
        const words = invariant.broken(seen, matrix.harness.secrets);
        return words ? [`${invariant.name}: ${words}`] : [];
      });
      told.push({ name, broken });
    }
  } finally {
    await matrix.close();
  }
  return told;
}

/** What is broken, a line each, for a test to compare with nothing. */
export function brokenLines(told: readonly Told[]): string[] {
  return told.flatMap(({ name, broken }) => broken.map((why) => `${name}: ${why}`));
}
