import { listReviews } from "../../operations/review-break-glass.ts";
import { reviewsMessage } from "../messages/break-glass.ts";
import type { Command } from "./command.ts";

/** The changes by break-glass that no admin has looked at yet. */
export const reviews: Command = {
  verb: "reviews",
  usage: "",
  summary: "Changes by break-glass that no admin has ticked off yet",
  examples: ["reviews"],
  role: "admin",
  run: async (at) => {
    await at.tell(reviewsMessage(await listReviews(at.ctx), at.services.accounts));
  },
};
