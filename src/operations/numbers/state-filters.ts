import { normalizeName } from "../../domain/normalize-name.ts";
import type { PhoneNumber } from "../../domain/phone-number.ts";
import type { Context } from "../shared/context.ts";
import type { FilterWord } from "./filter-words.ts";
import { previewPolicy } from "../access/policy.ts";

/** Whether a word matches the printed state of a number; undefined for a word that never does. */
export type StateWord = ((number: PhoneNumber, connectionId: string) => boolean) | undefined;

/** What lists and pickers print for a number without an agent. */
const nobody = normalizeName("nobody answers (callers reach no agent)");
const notSaid = normalizeName("agent not said");

/** For each word of a filter, the states that it matches: no agent, not reported, pending, frozen, protected. */
export async function stateWords(ctx: Context, words: readonly FilterWord[]): Promise<readonly StateWord[]> {
  const found = words.map(({ key }) => ({
    key,
    nobody: nobody.includes(key),
    notSaid: notSaid.includes(key),
    frozen: "frozen".startsWith(key) && key.length > 2,
    isProtected: "protected".startsWith(key) && key.length > 2,
  }));
  const marks = found.some(({ frozen, isProtected }) => frozen || isProtected);
  const policy = marks ? await previewPolicy(ctx) : undefined;
  return found.map((word) => (number, connectionId) => {
    if (number.agent === null && word.nobody) return true;
    if (number.agent === undefined && word.notSaid) return true;
    if (
      number.status !== undefined &&
      number.status !== "active" &&
      number.status.toLowerCase().includes(word.key)
    )
      return true;
    if (!policy || !(word.frozen || word.isProtected)) return false;
    const restrictions = policy({ connectionId, numberId: number.id });
    return (
      (word.frozen && restrictions.freeze !== undefined) || (word.isProtected && restrictions.isProtected)
    );
  });
}
