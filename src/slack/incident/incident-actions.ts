import { endHere, summarise } from "./end-incident-flow.ts";
import { keyOrOpen, openRevert, showTimeline, turnRevert } from "./incident-flow.ts";
import type { ActionHandler } from "../listener/action.ts";
import { olderValue } from "./incident-message.ts";

/** The handlers of incident buttons, whose values are incident keys. */
export const incidentActions: readonly [string, ActionHandler][] = [
  ["incident", async ({ at: req, value = "" }) => showTimeline(req, await keyOrOpen(req, value))],
  [
    "incident:older",
    async ({ at: req, value = "" }) => {
      const { key, before } = olderValue.parse(value);
      await showTimeline(req, key, before);
    },
  ],
  ["incident:revert", async ({ at: req, value = "" }) => openRevert(req, await keyOrOpen(req, value))],
  ["incident:end", async ({ at: req, value = "" }) => endHere(req, await keyOrOpen(req, value))],
  ["incident:summary", async ({ at: req, value = "" }) => summarise(req, await keyOrOpen(req, value))],
  ["revert:page:newer", async ({ at: req, value, view }) => turnRevert(req, value, view)],
  ["revert:page:older", async ({ at: req, value, view }) => turnRevert(req, value, view)],
];
