import { InvalidArgumentError } from "commander";
import { ownValue } from "../../domain/shared/own-value.ts";

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Parses `30m`, `2h`, `3d` or `1w` ago, or an ISO 8601 date and time, in UTC unless it has an offset. */
export function readSince(typed: string, now: Date): string {
  const [, count, unit] = /^(\d{1,6})([mhdw])$/u.exec(typed) ?? [];
  if (unit) return new Date(now.getTime() - Number(count) * (ownValue(unitMs, unit) ?? 0)).toISOString();
  const [, date, time = "T00:00", zone = "Z"] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?(Z|[+-]\d{2}:\d{2})?$/u.exec(typed) ?? [];
  const at = new Date(`${date}${time}${zone}`);
  if (date && isInCalendar(date) && !Number.isNaN(at.getTime())) return at.toISOString();
  throw new InvalidArgumentError("Give a time such as 2h, 3d, 2026-08-01 or 2026-08-01T09:30Z.");
}

// JavaScript takes 31 June for 1 July.
function isInCalendar(date: string): boolean {
  const at = new Date(`${date}T00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}
