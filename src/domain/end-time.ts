import { Problem } from "./problem.ts";

const minuteMs = 60_000;
const unitMs: Readonly<Record<string, number>> = { m: minuteMs, h: 60 * minuteMs, d: 24 * 60 * minuteMs };
/** The longest that somebody may set an end ahead, in milliseconds. */
const longestMs = 30 * 24 * 60 * minuteMs;

const badEnd = (words: string): Problem => new Problem("invalid_input", words, { field: "until" });

/**
 * When something ends, from `30m`, `2h`, `1 day` or a time of day such as `18:00`, which is the next one in that time
 * zone (IANA's name). At most 30 days ahead. Throws invalid_input, in words, for anything else.
 */
export function readEnd(text: string, now: Date, timeZone: string): Date {
  const typed = text.trim().toLowerCase();
  const span = /^(\d{1,4})\s*(m|min|mins|minutes?|h|hours?|d|days?)$/u.exec(typed);
  if (span) {
    const [, count = "", unit = ""] = span;
    const ms = Number(count) * (unitMs[unit[0] ?? ""] ?? 0);
    if (ms <= 0 || ms > longestMs) throw badEnd("An end is at least a minute and at most 30 days ahead.");
    return new Date(now.getTime() + ms);
  }
  const clock = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/u.exec(typed);
  if (!clock) {
    throw badEnd(
      `“${text.trim()}” is no end that Patchbay knows. Say \`for 30m\`, \`for 2h\` or \`until 18:00\`.`,
    );
  }
  const [, hours = "", minutes = ""] = clock;
  return nextTimeOfDay(Number(hours) * 60 + Number(minutes), now, timeZone);
}

/** The next moment at which clocks in a time zone show so many minutes after midnight. */
function nextTimeOfDay(wanted: number, now: Date, timeZone: string): Date {
  const from = Math.floor(now.getTime() / minuteMs) * minuteMs;
  const ahead = (wanted - shownMinutes(from, timeZone) + 1440) % 1440 || 1440;
  // Looked for around the guess: where clocks are put forward or back on the way, it is off by that much.
  for (const offset of [0, -60, 60, -30, 30]) {
    const at = from + (ahead + offset) * minuteMs;
    if (at > now.getTime() && shownMinutes(at, timeZone) === wanted) return new Date(at);
  }
  return new Date(from + ahead * minuteMs);
}

function shownMinutes(atMs: number, timeZone: string): number {
  const form = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const [hours, minutes] = form.format(atMs).split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
