import { normalizeName } from "../../domain/text/normalize-name.ts";
import { isUnanswered, type NumberKey, type PhoneNumber } from "../../domain/numbers/phone-number.ts";
import type { Context } from "../shared/context.ts";
import type { FilterWord } from "./filter-words.ts";
import { previewPolicy } from "../access/policy.ts";
import { activeExpiries } from "../history/active-expiries.ts";

/** Whether a word matches the printed state of a number; undefined for a word that never does. */
export type StateWord = ((number: PhoneNumber, connectionId: string) => boolean) | undefined;

/** What lists and pickers print for a number without an agent. */
const nobody = normalizeName("nobody answers (callers reach no agent)");
const notSaid = normalizeName("agent not said");

const leastMark = 3;
/** These filters read every temporary change or all drift, so they need more of their word. */
const leastCostly = 5;

const begins = (word: string, key: string, least: number): boolean =>
  key.length >= least && word.startsWith(key);

/**
 * For each word of a filter, the states that it matches: no agent, not reported, pending, frozen, protected,
 * temporary, drifted.
 */
export async function stateWords(ctx: Context, words: readonly FilterWord[]): Promise<readonly StateWord[]> {
  const found = words.map(({ key }) => ({
    key,
    nobody: nobody.includes(key),
    notSaid: notSaid.includes(key),
    frozen: begins("frozen", key, leastMark),
    isProtected: begins("protected", key, leastMark),
    temporary: begins("temporary", key, leastCostly),
    drifted: begins("drifted", key, leastCostly),
  }));
  const marks = found.some(({ frozen, isProtected }) => frozen || isProtected);
  const policy = marks ? await previewPolicy(ctx) : undefined;
  const temporary = found.some((word) => word.temporary) ? await temporaryNumbers(ctx) : new Set<string>();
  const drifted = found.some((word) => word.drifted) ? await driftedNumbers(ctx) : new Set<string>();
  return found.map((word) => (number, connectionId) => {
    const { agent, answeredBy, chooser } = number;
    if (isUnanswered(number) && word.nobody) return true;
    if (agent === undefined && answeredBy === undefined && word.notSaid) return true;
    const others = [answeredBy, chooser].filter((said) => said !== undefined);
    if (others.some((said) => normalizeName(said).includes(word.key))) return true;
    if (
      number.status !== undefined &&
      number.status !== "active" &&
      number.status.toLowerCase().includes(word.key)
    )
      return true;
    const key = { connectionId, numberId: number.id };
    if (word.temporary && temporary.has(idOf(key))) return true;
    if (word.drifted && drifted.has(idOf(key))) return true;
    if (!policy || !(word.frozen || word.isProtected)) return false;
    const restrictions = policy(key);
    return (
      (word.frozen && restrictions.freeze !== undefined) || (word.isProtected && restrictions.isProtected)
    );
  });
}

async function temporaryNumbers(ctx: Context): Promise<ReadonlySet<string>> {
  return new Set((await activeExpiries(ctx)).map(({ temporary }) => idOf(temporary)));
}

async function driftedNumbers({ workspace }: Context): Promise<ReadonlySet<string>> {
  return new Set((await workspace.drifts.list()).map(({ drift: { key } }) => idOf(key)));
}

function idOf({ connectionId, numberId }: NumberKey): string {
  return JSON.stringify([connectionId, numberId]);
}
