import { initialSchema } from "./0001-0020/0001-initial-schema.ts";
import { sharedState } from "./0001-0020/0002-shared-state.ts";
import { workItems } from "./0001-0020/0003-work-items.ts";
import { locksAndReplicas } from "./0001-0020/0004-locks-and-replicas.ts";
import { pendingReports } from "./0001-0020/0005-pending-reports.ts";
import { failoverPlans } from "./0001-0020/0006-failover-plans.ts";
import { runs } from "./0001-0020/0007-runs.ts";
import { rulesAndGates } from "./0001-0020/0008-rules-and-gates.ts";
import { auditCheckpoints } from "./0001-0020/0009-audit-checkpoints.ts";
import { planStates } from "./0001-0020/0010-plan-states.ts";
import { overrideReviews } from "./0001-0020/0011-override-reviews.ts";
import { planApprovals } from "./0001-0020/0012-plan-approvals.ts";
import { apiTokens } from "./0001-0020/0013-api-tokens.ts";
import { webhooks } from "./0001-0020/0014-webhooks.ts";
import { idempotencyKeys } from "./0001-0020/0015-idempotency-keys.ts";
import { retention } from "./0001-0020/0016-retention.ts";
import { alerts } from "./0001-0020/0017-alerts.ts";
import { auditPeople } from "./0001-0020/0018-audit-people.ts";
import { onCallSchedules } from "./0001-0020/0019-on-call-schedules.ts";
import { runbooks } from "./0001-0020/0020-runbooks.ts";
import { onCallDecisions } from "./0021-0040/0021-on-call-decisions.ts";
import { webhookKinds } from "./0021-0040/0022-webhook-kinds.ts";
import { twoApprovals } from "./0021-0040/0023-two-approvals.ts";
import { auditSafeguards, createSafeguards } from "./audit-safeguards.ts";

/** The migrations in order: number n makes schema version n. Never edit a released migration, add another one. */
export const migrations: readonly string[] = [
  initialSchema + createSafeguards(auditSafeguards),
  sharedState,
  workItems,
  locksAndReplicas,
  pendingReports,
  failoverPlans,
  runs,
  rulesAndGates,
  auditCheckpoints,
  planStates,
  overrideReviews,
  planApprovals,
  apiTokens,
  webhooks,
  idempotencyKeys,
  retention,
  alerts,
  auditPeople,
  onCallSchedules,
  runbooks,
  onCallDecisions,
  webhookKinds,
  twoApprovals,
];
