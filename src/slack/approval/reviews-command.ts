import type { Command } from "../listener/command.ts";
import { showReviews } from "./review-actions.ts";

/** Lists the uses of break glass that no admin has reviewed. */
export const reviews: Command = {
  verb: "reviews",
  group: "admin",
  usage: "",
  summary: "Uses of break glass awaiting review",
  details: "Break-glass changes and overrides of rules that are awaiting an admin's review.",
  examples: ["reviews"],
  role: "admin",
  changes: false,
  run: async (req) => showReviews(req),
};
