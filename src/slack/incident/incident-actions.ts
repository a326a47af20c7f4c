import { z } from "zod";
import { Problem } from "../../domain/problem.ts";
import { endHere, summarise } from "./end-incident-flow.ts";
import { keyOrOpen, openRevert, tellTimeline, turnRevert } from "./incident-flow.ts";
import type { Click } from "../listener/action.ts";

const olderPage = z.object({ key: z.string(), before: z.number().int() });

/** What the buttons about an incident do; their value is its key. */
export const incidentClicks: readonly [string, Click][] = [
  ["incident", async ({ at, value = "" }) => tellTimeline(at, await keyOrOpen(at, value))],
  [
    "incident:older",
    async ({ at, value = "" }) => {
      const { key, before } = readOlder(value);
      await tellTimeline(at, key, before);
    },
  ],
  ["incident:revert", async ({ at, value = "" }) => openRevert(at, await keyOrOpen(at, value))],
  ["incident:end", async ({ at, value = "" }) => endHere(at, await keyOrOpen(at, value))],
  ["incident:summary", async ({ at, value = "" }) => summarise(at, await keyOrOpen(at, value))],
  ["revert:page:newer", async ({ at, value, view }) => turnRevert(at, value, view)],
  ["revert:page:older", async ({ at, value, view }) => turnRevert(at, value, view)],
];

function readOlder(value: string): z.infer<typeof olderPage> {
  try {
    return olderPage.parse(JSON.parse(value));
  } catch (error) {
    const words = "This button is not one that this version of Patchbay made.";
    throw new Problem("invalid_input", words, {}, error);
  }
}
