import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { acts, type Act } from "../acts.ts";
import { startMatrixHarness, type MatrixHarness } from "../matrix-harness.ts";
import { cases, type Case } from "../cases.ts";
import { invariants } from "./invariants.ts";
import type { Try } from "../story.ts";
import { tryCase, type Seen } from "./try-case.ts";

/** The result of one action with one fault. */
export interface Cell {
  readonly act: Act;
  readonly wrong: Case;
  /** `-` nothing could be requested, `0` nothing was sent, `A` applied, `R` refused; preceded by `u` if it was unknown at first. */
  readonly mark: string;
  readonly patches: number;
  readonly broken: readonly string[];
}

/** A vendor's cells that are tried in one harness, one after the other. */
export interface Stretch {
  readonly vendor: VendorId;
  readonly tries: readonly Try[];
}

/** How many cells share a harness. The more its fakes remember, the slower they are. */
const stretchLength = 80;

/** The whole matrix of some vendors, or each case with only one verb at one vendor, in turn. */
export function triesOfMatrix(
  size: "all" | "some",
  vendors: readonly VendorId[],
  of: readonly Case[] = cases,
): Try[] {
  return vendors.flatMap((vendor) =>
    of.flatMap((wrong, row) =>
      acts
        .filter((act, column) => act.vendor === vendor && (size === "all" || row % acts.length === column))
        .map((act) => ({ act, wrong })),
    ),
  );
}

/** The same tries by vendor, in stretches that share a harness. */
export function inStretches(all: readonly Try[]): Stretch[] {
  return [...new Set(all.map(({ act }) => act.vendor))].flatMap((vendor) => {
    const tries = all.filter(({ act }) => act.vendor === vendor);
    const starts = tries.flatMap((_, at) => (at % stretchLength === 0 ? [at] : []));
    return starts.map((at) => ({ vendor, tries: tries.slice(at, at + stretchLength) }));
  });
}

/** Tries a stretch. Calls `onCell` after each cell. */
export async function tryStretch(
  { vendor, tries }: Stretch,
  onCell: (cell: Cell) => void = () => undefined,
): Promise<Cell[]> {
  const matrix = await startMatrixHarness(vendor);
  const cells: Cell[] = [];
  try {
    for (const { act, wrong } of tries) {
      const cell = await tryCell(matrix, act, wrong);
      cells.push(cell);
      onCell(cell);
    }
  } finally {
    await matrix.close();
  }
  return cells;
}

async function tryCell(matrix: MatrixHarness, act: Act, wrong: Case): Promise<Cell> {
  let seen: Seen;
  try {
    seen = await tryCase(matrix, act, wrong);
  } catch (error) {
    // A wait that timed out is broken, too. The rest is still tried.
    const [words = ""] = String(error).split("\n");
    await matrix.restart();
    return { act, wrong, mark: "?", patches: 0, broken: [`it comes to an end: ${words}`] };
  }
  const broken = invariants.flatMap(({ name, broken: why }) => {
    const words = why(seen, matrix.harness.secrets);
    return words ? [`${name}: ${words}`] : [];
  });
  const outcomes = seen.entries.filter(({ kind }) => kind === "change.outcome");
  const marks = { applied: "A", refused: "R", unknown: "u" };
  const mark = outcomes.map(({ outcome }) => marks[outcome ?? "unknown"]).join("");
  return { act, wrong, mark: mark || (seen.submission ? "0" : "-"), patches: seen.patches.length, broken };
}

/** A cell as text. */
export const cellName = ({ act, wrong }: Pick<Cell, "act" | "wrong">): string =>
  `${wrong.phase}, ${wrong.name} × ${act.verb} × ${act.vendor}`;
