import { resolveNumber } from "./resolve-number.ts";
import { describeNumber } from "./describe-number.ts";
import type { Command } from "../listener/command.ts";

export const show: Command = {
  verb: "show",
  group: "look",
  usage: "<number>",
  summary: "Who answers, since when, and why",
  examples: ["show 0100", 'show "Main line"'],
  role: "viewer",
  changes: false,
  run: async (req, rest) => {
    const key = await resolveNumber(req, rest, "show");
    if (key) await req.replyPrivately(await describeNumber(req, key));
  },
};
