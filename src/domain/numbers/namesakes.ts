import { inLatinLetters } from "../text/look-alikes.ts";
import { normalizeName } from "../text/normalize-name.ts";
import { ownValue } from "../shared/own-value.ts";

/** Names by id. */
type Names = Readonly<Record<string, string>>;

/** The number of characters of a name that are shown. Names that differ only after that look the same. */
const shownLength = 99;

/** Another id whose name looks the same to people; undefined if there is none. */
export function namesakeOf(id: string, names: Names): string | undefined {
  const name = ownValue(names, id);
  if (name === undefined) return undefined;
  let key: string | undefined;
  for (const other of Object.keys(names)) {
    const otherName = ownValue(names, other);
    if (other === id || otherName === undefined || cannotLookSame(name, otherName)) continue;
    key ??= shownKey(name);
    if (shownKey(otherName) === key) return other;
  }
  return undefined;
}

/** What messages call a missing agent. */
const reservedNames: ReadonlySet<string> = new Set(["nobody", "no agent"]);

/** Whether a name does not tell people which id it stands for, so that the id has to be shown with it. */
export function needsId(id: string, names: Names): boolean {
  return namesakeOf(id, names) !== undefined || reservedNames.has(shownKey(ownValue(names, id) ?? ""));
}

/** The names of some ids, and for each of them one namesake, so that a later reader knows that one exists. */
export function namesWithNamesakes(names: Names, ids: Iterable<string>): Record<string, string> {
  const kept = new Map<string, string>();
  for (const id of ids) {
    const name = ownValue(names, id);
    if (name === undefined) continue;
    kept.set(id, name);
    const namesake = namesakeOf(id, names);
    if (namesake !== undefined) kept.set(namesake, ownValue(names, namesake) ?? "");
  }
  return Object.fromEntries(kept);
}

function shownKey(name: string): string {
  return inLatinLetters(normalizeName(Array.from(name).slice(0, shownLength).join("")));
}

/**
 * A quick check that distinguishes most names of a long list: short names that end in a different plain letter or digit.
 */
function cannotLookSame(one: string, other: string): boolean {
  if (one.length >= shownLength || other.length >= shownLength) return false;
  const [last, otherLast] = [one.at(-1) ?? "", other.at(-1) ?? ""];
  const plain = /^[a-z0-9]$/iu;
  return plain.test(last) && plain.test(otherLast) && last.toLowerCase() !== otherLast.toLowerCase();
}
