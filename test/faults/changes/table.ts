import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../../src/vendors/index.ts";
import { invariants } from "./invariants.ts";
import { cellName, type Cell } from "./matrix.ts";

const verbOrder = [
  "reassign",
  "override",
  "shared",
  "detach",
  "rename",
  "clear",
  "edit",
  "undo",
  "undo of a name",
] as const;

const legend = `A applied · R refused · 0 refused before anything was sent · - the form could not be filled in
u unknown at first, and what it became · ! an invariant broken
each column: ${verbOrder.join(" ")}, as far as the vendor has it (override: reassign over a routing override)`;

/** The cells as a table: a line for each fault, a column for each vendor, a mark for each verb. */
export function table(cells: readonly Cell[]): string {
  const rows = new Map<string, { readonly phase: string; readonly marks: Map<VendorId, Cell[]> }>();
  for (const cell of cells) {
    const { phase, name } = cell.wrong;
    const row = rows.get(`${phase}: ${name}`) ?? { phase, marks: new Map<VendorId, Cell[]>() };
    rows.set(`${phase}: ${name}`, row);
    row.marks.set(cell.act.vendor, [...(row.marks.get(cell.act.vendor) ?? []), cell]);
  }
  const nameWidth = Math.max(...[...rows.keys()].map(({ length }) => length));
  const columns = vendorIds.map((vendor) => ({
    vendor,
    width: Math.max(vendor.length, ...[...rows.values()].map(({ marks }) => markText(marks, vendor).length)),
  }));
  const line = (name: string, ofVendor: (vendor: VendorId) => string): string =>
    [name.padEnd(nameWidth), ...columns.map(({ vendor, width }) => ofVendor(vendor).padEnd(width))]
      .join("  ")
      .trimEnd();
  const lines: string[] = [line("", (vendor) => vendor)];
  let phase = "";
  for (const [name, row] of rows) {
    if (row.phase !== phase) lines.push("");
    ({ phase } = row);
    lines.push(line(name, (vendor) => markText(row.marks, vendor)));
  }
  return [...lines, "", legend].join("\n");
}

function markText(marks: ReadonlyMap<VendorId, readonly Cell[]>, vendor: VendorId): string {
  return (marks.get(vendor) ?? [])
    .toSorted((a, b) => verbOrder.indexOf(a.act.verb) - verbOrder.indexOf(b.act.verb))
    .map(({ mark, broken }) => `${mark}${broken.length > 0 ? "!" : ""}`.padEnd(2))
    .join(" ")
    .trimEnd();
}

/** How many tries held, and what was broken. */
export function totals(cells: readonly Cell[], tookMs: number): string {
  const checks = cells.length * invariants.length;
  const broken = cells.flatMap((cell) => cell.broken.map((why) => `${cellName(cell)}\n    ${why}`));
  const wrongs = new Set(cells.map(({ wrong }) => `${wrong.phase}: ${wrong.name}`)).size;
  const sent = cells.reduce((sum, { patches }) => sum + patches, 0);
  const unknown = cells.filter(({ mark }) => mark.startsWith("u")).length;
  return [
    ...broken,
    `${cells.length} cells (${wrongs} faults × verbs × vendors), ${sent} updates sent, ${unknown} unknown at first and settled.`,
    `${invariants.length} invariants each: ${checks} checked, ${checks - broken.length} held, ${broken.length} broken; ${Math.round(tookMs / 1000)} s.`,
  ].join("\n");
}
