import { writeAction, type FeatureRoutes } from "../listener/routes.ts";
import { cancelFreezeAll, freezeAll } from "./freeze-all.ts";
import { freeze } from "./freeze-command.ts";
import { protect } from "./protect-command.ts";
import { unfreezeOne, unprotectOne } from "./protection-actions.ts";
import { unfreeze } from "./unfreeze-command.ts";
import { unprotect } from "./unprotect-command.ts";

export const restrictionRoutes: FeatureRoutes = {
  commands: [freeze, unfreeze, protect, unprotect],
  actions: [
    writeAction("unprotect", async ({ at: req, value }) => unprotectOne(req, value)),
    writeAction("unfreeze", unfreezeOne),
    ...["freeze_all", "freeze_all:open"].map((id) =>
      writeAction(id, async ({ at: req, value }) => freezeAll(req, value)),
    ),
    writeAction("freeze_all:cancel", async ({ at: req }) => cancelFreezeAll(req)),
  ],
};
