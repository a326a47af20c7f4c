import type { Command } from "../listener/command.ts";
import { showReviews } from "./review-actions.ts";

/** The changes by break-glass that no admin has looked at yet. */
export const reviews: Command = {
  verb: "reviews",
  usage: "",
  summary: "Changes by break-glass that no admin has ticked off yet",
  examples: ["reviews"],
  role: "admin",
  changes: false,
  run: async (req) => showReviews(req),
};
