import { ownValue } from "../../../../domain/shared/own-value.ts";
type Options = Intl.DateTimeFormatOptions;

const parts: Readonly<Record<string, Options>> = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { year: "numeric", month: "long", day: "numeric", weekday: "long" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/** Formats a Slack date in the reader's time zone and language: `{date_short_pretty} {time_secs}` and similar. */
export function slackDate(seconds: number, form: string, now: Date = new Date()): string {
  const at = new Date(seconds * 1000);
  return form.replace(/\{([a-z_]+)\}/gu, (whole, name: string) => {
    if (name === "ago") return ago(at, now);
    const pretty = name.endsWith("_pretty");
    const near = pretty ? nearDay(at, now) : undefined;
    if (near !== undefined) return near;
    const options = ownValue(parts, pretty ? name.slice(0, -"_pretty".length) : name);
    return options ? new Intl.DateTimeFormat(undefined, options).format(at) : whole;
  });
}

/** The time of day of a message. */
export function clock(ms: number): string {
  return new Intl.DateTimeFormat(undefined, parts["time"]).format(new Date(ms));
}

/** The day of a message, for people. */
export function dayName(ms: number, now: Date = new Date()): string {
  const near = nearDay(new Date(ms), now);
  if (near !== undefined) return `${near[0]?.toUpperCase()}${near.slice(1)}`;
  return new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" }).format(ms);
}

function nearDay(at: Date, now: Date): string | undefined {
  const midnight = (date: Date): number => new Date(date).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(at) - midnight(now)) / 86_400_000);
  return new Map([
    [0, "today"],
    [-1, "yesterday"],
    [1, "tomorrow"],
  ]).get(days);
}

function ago(at: Date, now: Date): string {
  const minutes = Math.round((at.getTime() - now.getTime()) / 60_000);
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 24 ? words.format(hours, "hour") : words.format(Math.round(hours / 24), "day");
}
