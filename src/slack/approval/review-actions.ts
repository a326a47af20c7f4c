import { listReviews, reviewChange } from "../../operations/approval/review-break-glass.ts";
import type { Desk } from "../context/request-context.ts";
import { reviewedMessage, reviewsMessage } from "./break-glass-message.ts";
import { lifted } from "../restrictions/protection-actions.ts";

/** The changes by break-glass that wait for an admin. */
export async function showReviews(at: Desk): Promise<void> {
  await at.tell(reviewsMessage(await listReviews(at.ctx), at.services.accounts));
}

/** Ticks off a change by break-glass, for the button of the list. */
export async function tickOff(at: Desk, changeId: string): Promise<void> {
  const { accounts } = at.services;
  await lifted(
    at,
    async () => at.tell(reviewedMessage(await reviewChange(at.ctx, changeId))),
    async () => reviewsMessage(await listReviews(at.ctx), accounts),
  );
}
