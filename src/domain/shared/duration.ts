const units = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const spellings: readonly (readonly [RegExp, keyof typeof units])[] = [
  [/^(?:s|secs?|seconds?)$/u, "s"],
  [/^(?:m|mins?|minutes?)$/u, "min"],
  [/^(?:h|hrs?|hours?)$/u, "h"],
  [/^(?:d|days?)$/u, "d"],
];

/**
 * Parses `30m`, `2h`, `1h30m`, `90 minutes` or `1 hour 30 min` to milliseconds. Undefined for anything else: a number
 * without a unit, a unit twice or out of order, a fraction, a sign.
 */
export function parseDuration(text: string): number | undefined {
  const compact = text.toLowerCase().replaceAll(/\s+(?:and\s+)?/gu, "");
  if (!/^(?:\d{1,6}[a-z]+)+$/u.test(compact)) return undefined;
  let total = 0;
  let least = Infinity;
  for (const [, digits = "", word = ""] of compact.matchAll(/(\d+)([a-z]+)/gu)) {
    const unit = spellings.find(([spelling]) => spelling.test(word))?.[1];
    if (unit === undefined || units[unit] >= least) return undefined;
    least = units[unit];
    total += Number(digits) * units[unit];
  }
  return total;
}

/** Formats milliseconds to the minute, or to the second below one minute: `1 h 30 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / units.s));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(ms / units.min);
  const hours = Math.floor(minutes / 60);
  const parts = [...(hours > 0 ? [`${hours} h`] : []), ...(minutes % 60 > 0 ? [`${minutes % 60} min`] : [])];
  return parts.join(" ");
}
