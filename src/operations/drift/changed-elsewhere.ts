import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { Drift } from "../../domain/changes/drift.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { VendorLogEntry } from "../../domain/vendor/vendor-account.ts";
import type { OpenConnection } from "../shared/context.ts";
import { clockSkewMs, endedAtMs } from "./classify-drift.ts";

/** What the vendor says of a change outside Patchbay. */
interface Elsewhere extends Pick<Drift, "changedAt" | "changedBy"> {
  /** Whether the vendor's log could be read, and has no such change. */
  readonly isRefuted: boolean;
}

/**
 * When and by whom a number was changed outside Patchbay, as far as its vendor says. The time of one of our own updates,
 * also of a refused one, says nothing about that, so what is not clearly later than the last one is left out.
 */
export async function changedElsewhere(
  { account }: OpenConnection,
  number: PhoneNumber,
  { ours, budget }: { readonly ours: readonly ChangeRecord[]; readonly budget: AbortSignal },
): Promise<Elsewhere> {
  const sent = ours.filter(({ requested }) => requested.kind === "change.requested");
  const oursAt = Math.max(0, ...sent.map(endedAtMs));
  const isLater = (at: Date | undefined): at is Date =>
    at !== undefined && at.getTime() > oursAt + clockSkewMs;
  const updatedAt = number.facts?.updatedAt;
  const log = await newestChange(account, number.id, budget);
  const entry = log?.entry;
  if (entry && isLater(entry.at))
    return { changedAt: entry.at.toISOString(), changedBy: entry.by, isRefuted: false };
  const isRefuted = log !== undefined;
  return isLater(updatedAt) ? { changedAt: updatedAt.toISOString(), isRefuted } : { isRefuted };
}

/** The newest entry of the vendor's log; undefined without a log that can be read. */
async function newestChange(
  { newestChange: readLog }: OpenConnection["account"],
  numberId: string,
  budget: AbortSignal,
): Promise<{ readonly entry: VendorLogEntry | undefined } | undefined> {
  if (!readLog) return undefined;
  try {
    return { entry: await readLog(numberId, budget) };
  } catch (error) {
    // The key may lack the right to read the log. The drift is reported without it.
    if (isProblem(error)) return undefined;
    throw error;
  }
}
