import { postChange, showChange } from "./changes/change-routes.ts";
import { listNumbers, showNumber } from "./numbers/number-routes.ts";
import { drillFailoverPlan, listFailoverPlans } from "./plans/plan-routes.ts";
import { applyRoutes, planRouteFile } from "./route-files/routes-routes.ts";
import { showRun } from "./runs/run-routes.ts";
import type { ApiRoute } from "./server/api-route.ts";

/** Everything that the API has, in the order of its document. */
export const apiRoutes: readonly ApiRoute[] = [
  listNumbers,
  showNumber,
  postChange,
  showChange,
  listFailoverPlans,
  drillFailoverPlan,
  planRouteFile,
  applyRoutes,
  showRun,
];
