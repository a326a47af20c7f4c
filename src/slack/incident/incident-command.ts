import { endHere } from "./end-incident-flow.ts";
import { keyOrOpen, openRevert, startHere, showTimeline } from "./incident-flow.ts";
import type { Command } from "../listener/command.ts";
import { firstWord, readVerb, unquoted } from "../listener/command-line.ts";

export const incident: Command = {
  verb: "incident",
  group: "incident",
  usage: "[start|revert|end] [key] [title]",
  summary: "Group and revert changes",
  examples: [
    "incident start INC-123 Calls drop at noon",
    "incident revert",
    "incident end INC-123",
    "incident INC-123",
  ],
  role: "viewer",
  changes: (line) => ["start", "revert", "end"].includes(readVerb(line).verb),
  run: async (req, line) => {
    const { verb, rest } = readVerb(line);
    switch (verb) {
      case "start": {
        const { word: key, rest: title } = firstWord(rest);
        await startHere(req, key, unquoted(title));
        return;
      }
      case "revert":
        await openRevert(req, await keyOrOpen(req, rest));
        return;
      case "end":
        await endHere(req, await keyOrOpen(req, rest));
        return;
      default:
        await showTimeline(req, await keyOrOpen(req, line));
    }
  },
};
