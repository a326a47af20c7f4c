import { storedAgeMs } from "../../domain/shared/age.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import type { Context } from "../shared/context.ts";

const minute = 60_000;
/** How long a number is read again while its outcome is unknown, in milliseconds. After that, at the next start. */
const longestMs = 24 * 60 * minute;
/** When to read it, counted from its record in milliseconds: at once, soon, then every five minutes. */
const earlyChecksMs = [0, 2000, 10_000, 30_000, minute];
const everyMs = 5 * minute;

/** The age of a change's record, and for how much of it this process has run, in milliseconds. */
export interface RecordAge {
  readonly ageMs: number;
  readonly watchedMs: number;
}

/** The milliseconds until a change of that age is read again; undefined when it is too old. */
export function nextCheckMs(age: number): number | undefined {
  const early = earlyChecksMs.find((offset) => offset > age);
  const next = early ?? (Math.floor(age / everyMs) + 1) * everyMs;
  return next > longestMs ? undefined : next - age;
}

/** The age of a change's record by the stored time. A record from the future counts as new, so nothing is concluded early. */
export function storedAge(ctx: Context): (requested: AuditEntry) => RecordAge {
  return ({ at }) => ({
    ageMs: storedAgeMs(new Date(at), ctx.now()) ?? 0,
    watchedMs: Number.POSITIVE_INFINITY,
  });
}
