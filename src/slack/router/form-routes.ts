import { approvalFormRoutes } from "../approval/decide-flow.ts";
import { changeFormRoutes } from "../change/submit-change.ts";
import { connectionFormRoutes } from "../connections/connect-flow.ts";
import { incidentFormRoutes } from "../incident/incident-flow.ts";
import type { FormRoute } from "../listener/submission.ts";
import { restoreFormRoutes } from "../restore/submit-restore.ts";
import { settingsFormRoutes } from "../settings/settings-flow.ts";

export const formRoutes: readonly FormRoute[] = [
  ...changeFormRoutes,
  ...restoreFormRoutes,
  ...approvalFormRoutes,
  ...incidentFormRoutes,
  ...connectionFormRoutes,
  ...settingsFormRoutes,
];
