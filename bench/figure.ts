/** One line of the table: a measurement, its baseline, and whether it is good enough. */
export interface Figure {
  readonly bench: string;
  /** What was measured, as text. */
  readonly what: string;
  /** The measured value, with its unit. */
  readonly figure: string;
  /** The value of the baseline; undefined without one. */
  readonly baseline?: string | undefined;
  /** The value divided by the baseline, for comparison with the target. */
  readonly ratio?: number | undefined;
  readonly target: string;
  readonly held: boolean;
}

/** Formats a number with its unit. */
export function said(value: number, unit: string): string {
  const digits = value >= 1000 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

/** The value below which a share of the samples lies; 0.5 is the median. Throws without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}

/** The median of some rounds. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** A measurement that must be at most that many times its baseline. */
export function atMost(
  about: Pick<Figure, "bench" | "what">,
  { value, baseline, times, unit }: { value: number; baseline: number; times: number; unit: string },
): Figure {
  const ratio = value / baseline;
  const target = `≤ ${times} ×`;
  return {
    ...about,
    figure: said(value, unit),
    baseline: said(baseline, unit),
    ratio,
    target,
    held: ratio <= times,
  };
}

/** A measurement that must be at least that many times its baseline. */
export function atLeast(
  about: Pick<Figure, "bench" | "what">,
  { value, baseline, times, unit }: { value: number; baseline: number; times: number; unit: string },
): Figure {
  const ratio = value / baseline;
  const target = `≥ ${times} ×`;
  return {
    ...about,
    figure: said(value, unit),
    baseline: said(baseline, unit),
    ratio,
    target,
    held: ratio >= times,
  };
}

/** A measurement that must exceed its baseline, or zero, by at most that much. */
export function within(
  about: Pick<Figure, "bench" | "what">,
  { value, baseline, most, unit }: { value: number; baseline?: number; most: number; unit: string },
): Figure {
  const beside = baseline === undefined ? {} : { baseline: said(baseline, unit), ratio: value / baseline };
  const target = baseline === undefined ? `≤ ${most} ${unit}` : `≤ baseline + ${most} ${unit}`;
  return { ...about, figure: said(value, unit), ...beside, target, held: value - (baseline ?? 0) <= most };
}

/** The figures as a Markdown table. */
export function table(figures: readonly Figure[]): string {
  const head = ["bench", "what", "figure", "baseline", "ratio", "target", "held"];
  const rows = figures.map(({ bench, what, figure, baseline = "", ratio, target, held }) => [
    bench,
    what,
    figure,
    baseline,
    ratio === undefined ? "" : ratio.toFixed(2),
    target,
    held ? "yes" : "**no**",
  ]);
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
