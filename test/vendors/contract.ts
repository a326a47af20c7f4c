import { describe } from "vitest";
import { accessContract } from "./contract/access.ts";
import { callsContract } from "./contract/calls.ts";
import { changesContract } from "./contract/changes.ts";
import { listsContract } from "./contract/lists.ts";
import { readsContract } from "./contract/reads.ts";
import { contractStage, type VendorContract } from "./contract/stage.ts";

/** What every vendor adapter guarantees, tested over HTTP against the vendor's fake. */
export function vendorContract(contract: VendorContract): void {
  describe(`${contract.vendor.title} keeps the contract`, () => {
    const stage = contractStage(contract);
    listsContract(stage);
    readsContract(stage);
    changesContract(stage);
    accessContract(stage);
    callsContract(stage);
  });
}
