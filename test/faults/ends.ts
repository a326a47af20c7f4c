import type { VendorId } from "../../src/domain/vendor.ts";
import { acts, type Act } from "./acts.ts";
import { startBench } from "./bench.ts";
import { cases, type Case } from "./cases.ts";
import { endInvariants } from "./end-invariants.ts";
import { tryEnd, type SeenEnd } from "./try-end.ts";

/** A thing that goes wrong at the end of a change at a vendor. */
export interface EndCell {
  readonly vendor: VendorId;
  readonly wrong: Case;
  readonly broken: readonly string[];
}

const reassigns = acts.filter(({ verb }) => verb === "reassign");

/** What can go wrong at an end: all that can at a change but for its form, at each vendor, or at one taking turns. */
export function endTries(
  size: "all" | "some",
  vendor: VendorId,
): readonly { readonly act: Act; readonly wrong: Case }[] {
  return cases
    .filter(({ phase }) => phase !== "form")
    .flatMap((wrong, row) =>
      reassigns
        .filter(
          (act, column) => act.vendor === vendor && (size === "all" || row % reassigns.length === column),
        )
        .map((act) => ({ act, wrong })),
    );
}

/** Tries them in one house, one after the other. */
export async function tryEnds(
  vendor: VendorId,
  tries: ReturnType<typeof endTries>,
): Promise<readonly EndCell[]> {
  const bench = await startBench(vendor);
  const cells: EndCell[] = [];
  try {
    for (const { act, wrong } of tries) {
      let seen: SeenEnd;
      try {
        seen = await tryEnd(bench, act, wrong);
      } catch (error) {
        const [words = ""] = String(error).split("\n");
        cells.push({ vendor, wrong, broken: [`it comes to an end: ${words}`] });
        await bench.restart(26 * 60 * 60_000);
        continue;
      }
      const broken = endInvariants.flatMap(({ name, broken: why }) => {
        const words = why(seen, bench.house.secrets);
        return words ? [`${name}: ${words}`] : [];
      });
      cells.push({ vendor, wrong, broken });
    }
  } finally {
    await bench.close();
  }
  return cells;
}

/** A cell in words. */
export const endName = ({ vendor, wrong }: EndCell): string =>
  `the end, ${wrong.phase}, ${wrong.name} × ${vendor}`;
