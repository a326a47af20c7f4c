import { Problem } from "../../domain/problem.ts";
import type { VendorAccount } from "../../domain/vendor.ts";

/**
 * An account whose single records are what was asked for, to the letter. Some APIs fold the case of an id, trim it or
 * decode it again, and answer with a record of another id. Policy, queue and history go by the id, so such a record is
 * refused before anything is judged by it: reads throw not_found, with the id that the vendor gave as the nearest, and
 * an update whose answer shows another number throws outcome_unknown.
 */
export function exactAccount(account: VendorAccount, title: string): VendorAccount {
  return {
    ...account,
    getNumber: async (id, signal) => exact(title, "number", id, await account.getNumber(id, signal)),
    getAgent: async (id, signal) => exact(title, "agent", id, await account.getAgent(id, signal)),
    patch: async (id, body) => {
      const answer = await account.patch(id, body);
      if (answer.number.id === id) return answer;
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
