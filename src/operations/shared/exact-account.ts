import { Problem } from "../../domain/problem/problem.ts";
import type { VendorAccount } from "../../domain/vendor/vendor-account.ts";

/**
 * An account that accepts only records with exactly the requested id. Some APIs ignore the case of an id, trim or
 * decode it, and return a record with another id. Policy, locks and history depend on the id, so such a record is
 * rejected first: reads throw not_found, with the vendor's id as a suggestion, and an update throws
 * outcome_unknown.
 */
export function exactAccount(account: VendorAccount, title: string): VendorAccount {
  return {
    ...account,
    getNumber: async (id, signal) => exact(title, "number", id, await account.getNumber(id, signal)),
    getAgent: async (id, signal) => exact(title, "agent", id, await account.getAgent(id, signal)),
    patch: async (id, body, leftMs) => {
      const answer = await account.patch(id, body, leftMs);
      if ((answer.number?.id ?? id) === id) return answer;
      const words = `${title} accepted the change and showed another number, so it may or may not have been made.`;
      throw new Problem("outcome_unknown", words, { vendorStatus: answer.status });
    },
  };
}

function exact<Item extends { readonly id: string }>(
  title: string,
  what: "number" | "agent",
  asked: string,
  item: Item,
): Item {
  if (item.id === asked) return item;
  const words = `${title} has no ${what} with exactly this id: it answered with another one.`;
  throw new Problem("not_found", words, { nearest: [item.id] });
}
