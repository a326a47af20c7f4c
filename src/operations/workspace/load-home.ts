import { roleIsEnough, type Role } from "../../domain/shared/actor.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { SeenDrift } from "../../domain/changes/drift.ts";
import type { Freeze } from "../../domain/numbers/freeze.ts";
import { waitingReviews } from "../approval/review-break-glass.ts";
import { requireRoleAudited } from "../access/permissions.ts";
import { connectionHealth, type ConnectionHealth } from "../connections/list-connections.ts";
import { seenDrifts } from "../drift/detect-drift.ts";
import { firstCallsOf, type FirstCalls } from "../history/first-calls.ts";
import { readHistory } from "../history/number-history.ts";
import { openingOnce, type Context } from "../shared/context.ts";
import { plansForHome, type HomePlans } from "../failover/plans-for-home.ts";
import { readStatus, type WorkspaceStatus } from "./workspace-status.ts";
import { activeFreezes } from "../restrictions/active-freezes.ts";

/** Everything that the App Home tab shows. */
export interface Home {
  readonly role: Role;
  readonly status: WorkspaceStatus;
  /** Changes that were found at vendors and not made through Patchbay. */
  readonly drifts: readonly SeenDrift[];
  /** The total number of findings. `drifts` has the oldest. */
  readonly driftCount: number;
  readonly connections: readonly ConnectionHealth[];
  readonly changes: readonly ChangeRecord[];
  /** Who answered the first calls after them. */
  readonly firstCalls: FirstCalls;
  readonly freezes: readonly Freeze[];
  /** How many uses of break glass await a review; 0 for people who cannot review. */
  readonly reviews: number;
  readonly plans: HomePlans;
  readonly at: Date;
}

const lastChanges = 5;

/** Reads what the App Home shows. It checks permissions once and opens each connection once. Throws not_allowed. */
export async function loadHome(ctx: Context, mostDrifts: number): Promise<Home> {
  const { role } = await requireRoleAudited(ctx, "viewer", "see the App Home");
  const once = openingOnce(ctx);
  const health = connectionHealth(once);
  const [status, drifts, driftCount, connections, { changes }, freezes, reviews, plans] = await Promise.all([
    readStatus(once, "lists", health),
    seenDrifts(once, mostDrifts),
    ctx.workspace.drifts.count(),
    health,
    readHistory(once, { limit: lastChanges }),
    activeFreezes(once, "lists"),
    roleIsEnough(role, "admin") ? waitingReviews(once, "nothing") : [],
    plansForHome(once),
  ]);
  return {
    role,
    status,
    drifts,
    driftCount,
    connections,
    changes,
    firstCalls: await firstCallsOf(ctx, changes),
    freezes,
    reviews: reviews.length,
    plans,
    at: ctx.now(),
  };
}
