import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { mayHaveTakenEffect } from "../../domain/changes/change-record.ts";
import type { Drift } from "../../domain/changes/drift.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { VendorLogEntry } from "../../domain/vendor/vendor.ts";
import type { OpenConnection } from "../shared/context.ts";

/** By how much the vendor's clock may differ from ours, in milliseconds. */
const clockSkewMs = 60_000;

/**
 * When and by whom a number was changed outside Patchbay, as far as its vendor says. The time of one of our own changes
 * says nothing about that, so what is not clearly later than the last one is left out.
 */
export async function changedElsewhere(
  { account }: OpenConnection,
  number: PhoneNumber,
  { ours, budget }: { readonly ours: readonly ChangeRecord[]; readonly budget: AbortSignal },
): Promise<Pick<Drift, "changedAt" | "changedBy">> {
  const oursAt = Math.max(0, ...ours.filter(mayHaveTakenEffect).map(endedAt));
  const isLater = (at: Date | undefined): at is Date =>
    at !== undefined && at.getTime() > oursAt + clockSkewMs;
  const updatedAt = number.facts?.updatedAt;
  const entry = await newestChange(account, number.id, budget);
  if (entry && isLater(entry.at)) return { changedAt: entry.at.toISOString(), changedBy: entry.by };
  return isLater(updatedAt) ? { changedAt: updatedAt.toISOString() } : {};
}

function endedAt({ requested, outcome }: ChangeRecord): number {
  return Date.parse((outcome ?? requested).at);
}

async function newestChange(
  account: OpenConnection["account"],
  numberId: string,
  budget: AbortSignal,
): Promise<VendorLogEntry | undefined> {
  try {
    return await account.newestChange?.(numberId, budget);
  } catch (error) {
    // The key may lack the right to read the log. The drift is reported without it.
    if (isProblem(error)) return undefined;
    throw error;
  }
}
