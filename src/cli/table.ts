import type { Out } from "./cli-context.ts";
import { sanitize } from "./sanitize.ts";

const gap = "  ";

/**
 * A table that fits the width of a terminal, with cells of at most `widest` characters. Into a pipe or a file it is whole.
 */
export function tableFor(
  { isTTY, columns }: Pick<Out, "isTTY" | "columns">,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  widest = 44,
): string {
  return isTTY ? table(headings, rows, widest, columns) : table(headings, rows, Number.POSITIVE_INFINITY);
}

/**
 * Formats rows under headings, with aligned columns and visible characters only. Cells longer than `widest` characters
 * are truncated; so are the widest columns until a line has at most `columns` characters.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  widest = 44,
  columns = Number.POSITIVE_INFINITY,
): string {
  const whole = [headings, ...rows].map((row) => row.map((cell) => cut(sanitize(cell), widest)));
  const widths = fitted(
    headings.map((_, column) =>
      whole.reduce((width, row) => Math.max(width, Array.from(row[column] ?? "").length), 0),
    ),
    columns,
  );
  const cells = whole.map((row) => row.map((cell, column) => cut(cell, widths[column] ?? 0)));
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, column) => padded(cell, widths[column] ?? 0))
          .join(gap)
          .trimEnd()}\n`,
    )
    .join("");
}

/** Below this, a column says nothing. */
const narrowest = 6;

/** Takes from the widest column until all fit into a line. The first one stays whole: it says what a row is about. */
function fitted(widths: readonly number[], columns: number): number[] {
  const left = [...widths];
  const total = (): number => left.reduce((sum, width) => sum + width + gap.length, -gap.length);
  while (total() > columns) {
    const widest = Math.max(...left.slice(1));
    if (widest <= narrowest) break;
    left[left.indexOf(widest, 1)] = widest - 1;
  }
  return left;
}

function padded(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - Array.from(cell).length));
}

function cut(cell: string, widest: number): string {
  const characters = Array.from(cell);
  return characters.length > widest ? `${characters.slice(0, widest - 1).join("")}…` : cell;
}
