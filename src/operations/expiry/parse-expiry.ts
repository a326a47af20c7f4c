// Large, so it is imported on first use: a server loads it only once a person names an expiry.
import { Temporal } from "@js-temporal/polyfill";
import type { Expiry } from "../../domain/changes/expiry.ts";
import { parseDuration } from "../../domain/shared/duration.ts";
import { Problem } from "../../domain/problem/problem.ts";

/** The context for parsing an expiry. Times of day are in the person's own time zone (IANA name). */
export interface ExpiryInput {
  readonly now: Date;
  readonly timeZone: string;
}

const clock = /^(?:at )?(\d{1,2})(?:[:.](\d{2}))? ?([ap])?\.?(?:m\.?)?$/iu;

/**
 * Parses `for 30m`, `until 18:00`, `until tomorrow 9:00` or `until 2026-11-21 18:00`. Throws invalid_input for the
 * field `ends` if there are several expiries or one is invalid. A time alone that has passed today is tomorrow's.
 */
export function parseExpiry(texts: readonly string[], { now, timeZone }: ExpiryInput): Expiry {
  const [text = "", second] = texts.map((each) => each.trim());
  if (second !== undefined) throw wrong(`Give one time: “${text}” and “${second}” are two.`);
  const [, word = "", rest = ""] = /^(for|until)\s*(.*)$/iu.exec(text) ?? [];
  if (word.toLowerCase() === "for") {
    const ms = parseDuration(rest);
    if (ms === undefined) throw unreadable(text);
    return { kind: "after", ms };
  }
  const here = inZone(now, timeZone);
  const [, day = "", time = ""] = /^(?:(today|tomorrow|\d{4}-\d{2}-\d{2})[ T]?)?(.*)$/iu.exec(rest) ?? [];
  const date = dateOf(day.toLowerCase(), here.toPlainDate());
  const timeOfDay = timeOf(time.trim());
  if (!date || !timeOfDay) throw unreadable(text);
  const end = endAt(date.toPlainDateTime(timeOfDay), here);
  const isTomorrow = day === "" && isPast(end, date.toPlainDateTime(timeOfDay), here);
  const meant = isTomorrow ? endAt(date.add({ days: 1 }).toPlainDateTime(timeOfDay), here) : end;
  return { kind: "at", at: new Date(meant.epochMilliseconds) };
}

/**
 * A time that daylight saving time skips moves forward by the gap. If a time occurs twice, this is the next one that is
 * still ahead.
 */
function endAt(time: Temporal.PlainDateTime, here: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  const first = time.toZonedDateTime(here.timeZoneId);
  if (Temporal.ZonedDateTime.compare(first, here) > 0) return first;
  return time.toZonedDateTime(here.timeZoneId, { disambiguation: "later" });
}

function isPast(
  end: Temporal.ZonedDateTime,
  time: Temporal.PlainDateTime,
  here: Temporal.ZonedDateTime,
): boolean {
  if (Temporal.ZonedDateTime.compare(end, here) <= 0) return true;
  // A skipped time may be past although the adjusted time is not.
  const isJumpedOver = !end.toPlainDateTime().equals(time);
  return isJumpedOver && Temporal.PlainDateTime.compare(time, here.toPlainDateTime()) <= 0;
}

/** Formats a time in a zone, with its day unless that is today: `at 18:00 Europe/Berlin`, `tomorrow at 7:00 …`. */
export function formatMoment(at: Date, { now, timeZone }: ExpiryInput): string {
  const there = inZone(at, timeZone);
  const [day, today] = [there.toPlainDate(), inZone(now, timeZone).toPlainDate()];
  const clockText = `at ${there.toPlainTime().toString({ smallestUnit: "minute" })} ${timeZone}`;
  if (day.equals(today)) return clockText;
  return day.equals(today.add({ days: 1 })) ? `tomorrow ${clockText}` : `on ${day.toString()} ${clockText}`;
}

function inZone(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
}

function dateOf(day: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  if (day === "" || day === "today") return today;
  if (day === "tomorrow") return today.add({ days: 1 });
  try {
    return Temporal.PlainDate.from(day, { overflow: "reject" });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function timeOf(text: string): Temporal.PlainTime | undefined {
  if (/^(?:at )?noon$/iu.test(text)) return new Temporal.PlainTime(12);
  if (/^(?:at )?midnight$/iu.test(text)) return new Temporal.PlainTime(0);
  const [all, hours = "", minutes, half] = clock.exec(text) ?? [];
  // A bare number could be an hour or minutes, so it is refused.
  if (all === undefined || (minutes === undefined && half === undefined)) return undefined;
  const hour = Number(hours);
  const minute = Number(minutes ?? 0);
  if (minute > 59 || hour > 23 || (half !== undefined && (hour < 1 || hour > 12))) return undefined;
  if (half === undefined) return new Temporal.PlainTime(hour, minute);
  return new Temporal.PlainTime((hour % 12) + (half.toLowerCase() === "p" ? 12 : 0), minute);
}

function unreadable(text: string): Problem {
  return wrong(
    `I can't read “${text}” as a time. Write “for 30m”, “for 1h30m”, “until 18:00” or “until tomorrow 9:00”; a name with such words in it goes in quotes.`,
  );
}

function wrong(words: string): Problem {
  return new Problem("invalid_input", words, { field: "ends" });
}
