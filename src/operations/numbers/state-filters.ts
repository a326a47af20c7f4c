import { normalizeName } from "../../domain/normalize-name.ts";
import type { PhoneNumber } from "../../domain/phone-number.ts";
import type { Context } from "../shared/context.ts";
import type { FilterWord } from "./filter-words.ts";
import { previewPolicy } from "../access/policy.ts";

/** Whether a word is in what is printed of a number's state; undefined for a word that never is. */
export type StateWord = ((number: PhoneNumber, connectionId: string) => boolean) | undefined;

/** What lists and pickers print where no agent is named. */
const nobody = normalizeName("nobody answers (callers reach no agent)");
const notSaid = normalizeName("agent not said");

/** For each word of a filter, what it means for the state of a number: nobody, not said, pending, frozen, protected. */
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
