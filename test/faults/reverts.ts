import type { VendorId } from "../../src/domain/vendor.ts";
import { acts, type Act } from "./acts.ts";
import { startBench } from "./bench.ts";
import { cases, type Case } from "./cases.ts";
import { revertInvariants } from "./revert-invariants.ts";
import { tryRevert, type SeenRevert } from "./try-revert.ts";

/** A thing that goes wrong as an incident is reverted at a vendor. */
export interface RevertCell {
  readonly vendor: VendorId;
  readonly wrong: Case;
  readonly broken: readonly string[];
}

const reassigns = acts.filter(({ verb }) => verb === "reassign");

/** What can go wrong as an incident is reverted, at each vendor, or at one taking turns. */
export function revertTries(
  size: "all" | "some",
  vendor: VendorId,
): readonly { readonly act: Act; readonly wrong: Case }[] {
  return cases.flatMap((wrong, row) =>
    reassigns
      .filter((act, column) => act.vendor === vendor && (size === "all" || row % reassigns.length === column))
      .map((act) => ({ act, wrong })),
  );
}

/** Tries them in one house, one after the other. */
export async function tryReverts(
  vendor: VendorId,
  tries: ReturnType<typeof revertTries>,
): Promise<readonly RevertCell[]> {
  const bench = await startBench(vendor);
  const cells: RevertCell[] = [];
  try {
    for (const { act, wrong } of tries) {
      let seen: SeenRevert;
      try {
        seen = await tryRevert(bench, act, wrong);
      } catch (error) {
        const [words = ""] = String(error).split("\n");
        cells.push({ vendor, wrong, broken: [`it comes to an end: ${words}`] });
        bench.house.vendors[vendor].clearFaults();
        await bench.restart();
        continue;
      }
      const broken = revertInvariants.flatMap(({ name, broken: why }) => {
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
export const revertName = ({ vendor, wrong }: RevertCell): string =>
  `the revert, ${wrong.phase}, ${wrong.name} × ${vendor}`;
