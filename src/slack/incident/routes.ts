import { readAction, writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { endHere, summarise } from "./end-incident-flow.ts";
import { incident } from "./incident-command.ts";
import {
  incidentFormRoutes,
  keyOrOpen,
  openRevert,
  openStart,
  showTimeline,
  turnRevert,
} from "./incident-flow.ts";
import { olderValue } from "./incident-message.ts";

export const incidentRoutes: FeatureRoutes = {
  commands: [incident],
  actions: [
    readAction("incident", async ({ at: req, value = "" }) => showTimeline(req, await keyOrOpen(req, value))),
    readAction("incident:older", async ({ at: req, value }) => {
      const { key, before } = olderValue.parse(value);
      await showTimeline(req, key, before);
    }),
    writeAction("incident:revert", async ({ at: req, value = "", view }) =>
      openRevert(req, await keyOrOpen(req, value), view),
    ),
    writeAction("incident:end", async ({ at: req, value = "" }) => endHere(req, await keyOrOpen(req, value))),
    writeAction("incident:summary", async ({ at: req, value = "" }) =>
      summarise(req, await keyOrOpen(req, value)),
    ),
    ...["revert:page:newer", "revert:page:older"].map((id) =>
      readAction(id, async ({ at: req, value, view }) => turnRevert(req, value, view)),
    ),
  ],
  forms: incidentFormRoutes,
  shortcuts: [{ id: "start_incident", type: "message", run: openStart }],
};
