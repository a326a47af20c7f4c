import type { Fault, FaultWhen, VendorSandbox } from "../../sandbox/vendors/index.ts";
import type { FaultName } from "./inspector-types.ts";

const orders: Readonly<Record<FaultName, readonly [fault: Fault, when: FaultWhen]>> = {
  slow: [{ kind: "delay", ms: 2000 }, { on: "any" }],
  down: [{ kind: "status", status: 503 }, { on: "any" }],
  ignores: [{ kind: "ignore" }, { on: "write" }],
  "applies-then-hangs": [{ kind: "apply-then-hang" }, { on: "write" }],
  "rate-limit": [{ kind: "rate-limit", seconds: 20 }, { on: "any" }],
};

/** The available faults, in display order. */
export const faultNames: readonly FaultName[] = [
  "slow",
  "down",
  "ignores",
  "applies-then-hangs",
  "rate-limit",
];

/** Makes a fake commit exactly these faults. */
export function orderFaults(vendor: VendorSandbox, names: readonly FaultName[]): void {
  vendor.clearFaults();
  for (const name of names) vendor.fault(...orders[name]);
}
