import { readAction, writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { approvalFormRoutes, approveAndCarryOut, openDecline } from "./decide-flow.ts";
import { showNumbers } from "./show-numbers.ts";
import { acknowledgeReview, showReviews } from "./review-actions.ts";
import { reviews } from "./reviews-command.ts";
import { withdrawRequest } from "./withdraw-flow.ts";

export const approvalRoutes: FeatureRoutes = {
  commands: [reviews],
  actions: [
    writeAction("approve", async ({ at: req, value }) => approveAndCarryOut(req, value ?? "")),
    readAction("decline", async ({ at: req, value }) => openDecline(req, value ?? "")),
    readAction("approval:numbers", async ({ at: req, value }) => showNumbers(req, value ?? "")),
    ...["withdraw", "withdraw:*"].map((id) => writeAction(id, withdrawRequest)),
    readAction("reviews", async ({ at: req }) => showReviews(req)),
    writeAction("reviewed", async ({ at: req, value }) => acknowledgeReview(req, value ?? "")),
  ],
  forms: approvalFormRoutes,
};
