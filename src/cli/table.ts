import { sanitize } from "./sanitize.ts";

const gap = "  ";

/**
 * Formats rows under headings, with aligned columns and visible characters only. Cells longer than `widest` characters
 * are truncated.
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  widest = 44,
): string {
  const cells = [headings, ...rows].map((row) => row.map((cell) => cut(sanitize(cell), widest)));
  const widths = headings.map((_, column) =>
    Math.max(...cells.map((row) => Array.from(row[column] ?? "").length)),
  );
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

function padded(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - Array.from(cell).length));
}

function cut(cell: string, widest: number): string {
  const characters = Array.from(cell);
  return characters.length > widest ? `${characters.slice(0, widest - 1).join("")}…` : cell;
}
