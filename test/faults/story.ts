import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { acts, type Act } from "./acts.ts";
import { startMatrixHarness, type MatrixHarness } from "./matrix-harness.ts";
import type { Case } from "./cases.ts";

/** Something that must hold whatever fails. Returns what is wrong, or nothing. */
export interface Invariant<Seen> {
  readonly name: string;
  broken(seen: Seen, secrets: readonly string[]): string | false | undefined;
}

/** What happens to a reassigned number later, and what must hold whatever fails during that. */
export interface Story<Seen> {
  readonly name: string;
  /** The name of all its tries. */
  readonly all: string;
  readonly cases: readonly Case[];
  readonly invariants: readonly Invariant<Seen>[];
  /** How many times as fast as the machine's its clock runs; 1 by default. */
  readonly speed?: number;
  /** The time limit for a request to the vendor, in milliseconds. By default, shorter than some faults take. */
  readonly patienceMs?: number;
  attempt(matrix: MatrixHarness, act: Act, wrong: Case): Promise<Seen>;
  /** Prepares the harness for another try after one that did not finish. */
  recover(matrix: MatrixHarness): Promise<void>;
}

/** A try. */
export interface Try {
  readonly act: Act;
  readonly wrong: Case;
}

/** The result of a try: the invariants that it broke, as text. */
export interface Told {
  readonly name: string;
  readonly broken: readonly string[];
}

const reassigns = acts.filter(({ verb }) => verb === "reassign");

/** The faults of a story at every vendor, or at one vendor each in turn. */
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

/** What is broken, one line each, for a test to compare with nothing. */
export function brokenLines(told: readonly Told[]): string[] {
  return told.flatMap(({ name, broken }) => broken.map((why) => `${name}: ${why}`));
}
