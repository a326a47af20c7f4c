import { alertRoutes } from "../alerts/routes.ts";
import { approvalRoutes } from "../approval/routes.ts";
import { changeRoutes } from "../change/routes.ts";
import { connectionRoutes } from "../connections/routes.ts";
import { expiryRoutes } from "../expiry/routes.ts";
import { incidentRoutes } from "../incident/routes.ts";
import { failoverRoutes } from "../failover/routes.ts";
import { runRoutes } from "../runs/routes.ts";
import type { FeatureRoutes } from "../listener/routes.ts";
import { historyRoutes, numberRoutes } from "../numbers/routes.ts";
import { restoreRoutes } from "../restore/routes.ts";
import { restrictionRoutes } from "../restrictions/routes.ts";
import { settingsRoutes } from "../settings/routes.ts";
import { statusRoutes } from "../status/routes.ts";
import { onCallRoutes } from "../on-call/routes.ts";
import { tokenRoutes } from "../tokens/routes.ts";
import { updateRoutes } from "../updates/routes.ts";
import { webhookRoutes } from "../webhooks/routes.ts";

/** What every feature answers, in the order in which help names their commands. */
export const features: readonly FeatureRoutes[] = [
  numberRoutes,
  statusRoutes,
  changeRoutes,
  restoreRoutes,
  historyRoutes,
  incidentRoutes,
  runRoutes,
  restrictionRoutes,
  failoverRoutes,
  approvalRoutes,
  connectionRoutes,
  settingsRoutes,
  onCallRoutes,
  tokenRoutes,
  webhookRoutes,
  alertRoutes,
  expiryRoutes,
  updateRoutes,
];
