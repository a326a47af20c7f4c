import { unprotect } from "../../operations/protect.ts";
import { listReviews, reviewChange } from "../../operations/review-break-glass.ts";
import type { Desk } from "../desk.ts";
import { reviewedMessage, reviewsMessage } from "../messages/break-glass.ts";
import { unprotectedMessage } from "../messages/protections.ts";
import { readScope } from "../scope-text.ts";

/** The changes by break-glass that wait for an admin. */
export async function showReviews(at: Desk): Promise<void> {
  await at.tell(reviewsMessage(await listReviews(at.ctx), at.services.accounts));
}

/** Ticks off a change by break-glass, for the button of the list. */
export async function tickOff(at: Desk, changeId: string): Promise<void> {
  await at.tell(reviewedMessage(await reviewChange(at.ctx, changeId)));
}

/** Takes a protection back, for the button of the list. */
export async function unprotectOne(at: Desk, value: string | undefined): Promise<void> {
  await at.tell(unprotectedMessage(await unprotect(at.ctx, readScope(value))));
}
