import { meanings, roles } from "./people.ts";
import { byNobody } from "./rows.ts";
import { cellText, holds, type Cell } from "./try-cell.ts";

const marks: readonly (readonly [RegExp, string])[] = [
  [/^approval\.approved change/u, "made"],
  [/^change\.requested change\.outcome$/u, "made"],
  [/^approval\.requested$/u, "asked"],
  [/\/not_allowed$/u, "no"],
  [/\/(\w+)$/u, ""],
  [/^shown$/u, "words"],
];

const legend = `words: somebody is answered, and nothing is written down · no: refused for want of rights, on record · made: changed
asked: waits for another person's approval · others: the entry, or the problem of the refusal, in the audit log · !: not as expected`;

/** The table: a line for each verb, surface and target, a column for each role. */
export function table(cells: readonly Cell[]): string {
  const lines = new Map<string, Map<string, string>>();
  for (const cell of cells) {
    const { row, who } = cell;
    const name = [row.verb, row.surface, row.target].join(" · ");
    const line = lines.get(name) ?? new Map<string, string>();
    lines.set(name, line.set(byNobody(row) ? "admin" : who, `${markOf(cell.got)}${holds(cell) ? "" : "!"}`));
  }
  const nameWidth = Math.max(...[...lines.keys()].map(({ length }) => length));
  const width = (who: string): number =>
    Math.max(who.length, ...[...lines.values()].map((line) => (line.get(who) ?? "").length));
  const draw = (name: string, mark: (who: string) => string): string =>
    [name.padEnd(nameWidth), ...roles.map((who) => mark(who).padEnd(width(who)))].join("  ").trimEnd();
  return [
    draw("verb · surface · target", (who) => who),
    ...[...lines].map(([name, line]) => draw(name, (who) => line.get(who) ?? "")),
    "",
    legend,
    ...roles.map((who) => `${who}: ${meanings[who]}`),
  ].join("\n");
}

function markOf(got: string): string {
  for (const [pattern, mark] of marks) {
    const found = pattern.exec(got);
    if (found) return mark || (found[1] ?? got);
  }
  return got;
}

/** How much was tried and held, and each thing that was not as expected. */
export function totals(cells: readonly Cell[], tookMs: number): string {
  const wrong = cells.filter((cell) => !holds(cell));
  const count = (fits: (cell: Cell) => boolean): number => cells.filter((cell) => fits(cell)).length;
  const distinct = (of: (cell: Cell) => string): number => new Set(cells.map((cell) => of(cell))).size;
  return [
    ...wrong.map((cell) => cellText(cell)),
    `${cells.length} cells: ${distinct(({ who }) => who)} roles × ${distinct(({ row }) => row.verb)} verbs × ${distinct(({ row }) => row.surface)} surfaces × ${distinct(({ row }) => row.target)} targets, as far as each exists.`,
    `${count(({ got }) => got.endsWith("/not_allowed"))} refused for want of rights and on record, ${count(({ got }) => got.includes("change.outcome"))} changes made, ${count(({ got }) => /\/(?:frozen|approval_required)$|^approval\.requested$/u.test(got))} held by a freeze or a protection.`,
    `${cells.length - wrong.length} as expected, ${wrong.length} not; ${Math.round(tookMs / 1000)} s.`,
  ].join("\n");
}
