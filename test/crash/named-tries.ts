import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { acts } from "../faults/acts.ts";
import { bulkPoints } from "./bulk-points.ts";
import { crashAt } from "./crash-at.ts";
import { crashBulk } from "./crash-bulk.ts";
import { crashFailover } from "./failover/crash-failover.ts";
import { crashLater } from "./crash-later.ts";
import { oneProcess } from "./failover/failover-app.ts";
import { failoverPoints } from "./failover/failover-points.ts";
import { laterActs } from "./later-acts.ts";
import { laterPoints } from "./later-points.ts";
import { points } from "./points.ts";
import type { ProcessHarness } from "./process-harness.ts";

/** One try at a named point. Tries with the same `group` share a harness. */
export interface Named {
  readonly kind: "change" | "later" | "many" | "failover";
  /** The vendors that are connected. */
  readonly vendors: readonly VendorId[];
  readonly group: string;
  readonly name: string;
  attempt(processes: ProcessHarness): Promise<readonly string[]>;
}

/** All tries at named points that begin at a vendor. */
export function namedAt(vendor: VendorId): Named[] {
  const vendors = [vendor];
  const reassign = acts.find((each) => each.vendor === vendor && each.verb === "reassign");
  if (!reassign) throw new Error(`nothing is reassigned at ${vendor}`);
  return [
    ...points.flatMap((point) =>
      acts
        .filter((act) => act.vendor === vendor)
        .map((act): Named => ({
          kind: "change",
          vendors,
          group: vendor,
          name: `${point.name} × ${act.verb} × ${vendor}`,
          attempt: async (processes) => crashAt(processes, act, point),
        })),
    ),
    ...laterActs.flatMap((later) =>
      laterPoints.map((point): Named => ({
        kind: "later",
        vendors,
        // A group of its own, because approvals are switched on in it.
        group: `${vendor}, ${later.name}`,
        name: `${later.name}, ${point.name} × ${vendor}`,
        attempt: async (processes) => crashLater(processes, later, reassign, point),
      })),
    ),
    ...bulkPoints.map((point): Named => ({
      kind: "many",
      vendors,
      group: `${vendor}, many`,
      name: `revert of many, ${point.name} × ${vendor}`,
      attempt: async (processes) => crashBulk(processes, reassign, point),
    })),
    ...failoversFrom(vendor),
  ];
}

/** The failovers whose first tier is at this vendor. The second tier is also at the next vendor. */
function failoversFrom(vendor: VendorId): Named[] {
  const next = vendorIds[(vendorIds.indexOf(vendor) + 1) % vendorIds.length] ?? vendor;
  // OneInbox has no log of calls, so a tier never waits there.
  const here = failoverPoints.filter(({ awaitsCall }) => !awaitsCall || vendor !== "oneinbox");
  return here.map((point) => ({
    kind: "failover",
    vendors: [vendor, next],
    group: `${vendor} and ${next}, failover`,
    name: `${point.phase === "back" ? "fail-back" : "failover"}, ${point.name} × ${vendor} and ${next}`,
    attempt: async (processes) => crashFailover(oneProcess(processes), [vendor, next], point),
  }));
}
