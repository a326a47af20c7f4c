import type { Command } from "../listener/command.ts";
import { showReviews } from "./review-actions.ts";

/** Lists the break-glass changes that no admin has reviewed. */
export const reviews: Command = {
  verb: "reviews",
  group: "admin",
  usage: "",
  summary: "Break-glass changes awaiting review",
  details: "Break-glass changes that are awaiting an admin's review.",
  examples: ["reviews"],
  role: "admin",
  changes: false,
  run: async (req) => showReviews(req),
};
