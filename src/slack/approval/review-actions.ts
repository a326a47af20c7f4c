import { listReviews, reviewBreakGlass } from "../../operations/approval/review-break-glass.ts";
import type { RequestContext } from "../context/request-context.ts";
import { reviewedMessage, reviewsMessage } from "./break-glass-message.ts";
import { lifted } from "../restrictions/protection-actions.ts";

/** Shows the uses of break glass that await a review. */
export async function showReviews(req: RequestContext): Promise<void> {
  await req.replyPrivately(reviewsMessage(await listReviews(req.ctx), req.deps.accounts));
}

/** Marks a use of break glass as reviewed, for the button in the list. */
export async function acknowledgeReview(req: RequestContext, changeId: string): Promise<void> {
  const { accounts } = req.deps;
  await lifted(
    req,
    async () => req.replyPrivately(reviewedMessage(await reviewBreakGlass(req.ctx, changeId))),
    async () => reviewsMessage(await listReviews(req.ctx), accounts),
  );
}
