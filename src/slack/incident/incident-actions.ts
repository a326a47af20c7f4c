import { z } from "zod";
import { Problem } from "../../domain/problem.ts";
import { endHere, summarise } from "./end-incident-flow.ts";
import { keyOrOpen, openRevert, showTimeline, turnRevert } from "./incident-flow.ts";
import type { ActionHandler } from "../listener/action.ts";

const olderPage = z.object({ key: z.string(), before: z.number().int() });

/** What the buttons about an incident do; their value is its key. */
export const incidentActions: readonly [string, ActionHandler][] = [
  ["incident", async ({ at: req, value = "" }) => showTimeline(req, await keyOrOpen(req, value))],
  [
    "incident:older",
    async ({ at: req, value = "" }) => {
      const { key, before } = readOlder(value);
      await showTimeline(req, key, before);
    },
  ],
  ["incident:revert", async ({ at: req, value = "" }) => openRevert(req, await keyOrOpen(req, value))],
  ["incident:end", async ({ at: req, value = "" }) => endHere(req, await keyOrOpen(req, value))],
  ["incident:summary", async ({ at: req, value = "" }) => summarise(req, await keyOrOpen(req, value))],
  ["revert:page:newer", async ({ at: req, value, view }) => turnRevert(req, value, view)],
  ["revert:page:older", async ({ at: req, value, view }) => turnRevert(req, value, view)],
];

function readOlder(value: string): z.infer<typeof olderPage> {
  try {
    return olderPage.parse(JSON.parse(value));
  } catch (error) {
    const words = "This button belongs to another version of Patchbay.";
    throw new Problem("invalid_input", words, {}, error);
  }
}
