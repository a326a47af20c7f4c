import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";

/** The ids and names of a number. */
interface Typical {
  readonly number: { readonly id: string; readonly name: string };
  /** An agent that does not answer it, and may. */
  readonly agent: { readonly id: string; readonly name: string };
}

/** The first number of a vendor's demo account that an agent answers, and another agent for it. */
export function typicalOf(vendor: VendorId): Typical {
  const { numbers, agents } = demoAccount(vendor);
  const answered = numbers.find(({ agentId, name }) => agentId && name);
  const agent = agents.find(({ id, assignable }) => id !== answered?.agentId && assignable !== false);
  if (!answered?.name || !agent) throw new Error(`the demo account of ${vendor} has nothing to reassign`);
  return { number: { id: answered.id, name: answered.name }, agent };
}
