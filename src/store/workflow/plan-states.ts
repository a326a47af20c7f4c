import { planApproval } from "../../domain/failover/plan-approval.ts";
import { drill, readiness, type PlanState } from "../../domain/failover/readiness.ts";
import type { PlanStates } from "../../domain/failover/plan-states.ts";
import { recordWith, writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import { parsedJson } from "../database/parsed-json.ts";
import { rows, type Database } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { changedPlan, presentPlan } from "./plans.ts";

interface Row {
  readonly slug: string;
  readonly readiness: string | null;
  readonly drill: string | null;
  readonly approval: string | null;
  readonly told: number;
}

/** What is known about the failover plans of one workspace besides their lists. */
export function storedPlanStates(db: WorkspaceDatabase, sources: StoreDeps): PlanStates {
  return {
    list: async () => {
      const found = await db.all<Row>(
        `SELECT s.slug, s.readiness, s.drill, s.approval, s.told FROM plan_states s JOIN plans p
          ON p.workspace_id = s.workspace_id AND p.slug = s.slug
          WHERE s.workspace_id = @workspaceId AND p.removed_at IS NULL ORDER BY s.slug`,
      );
      return found.map(planState);
    },
    find: async (slug) => {
      const found = await db.first<Row>(findSql, { slug });
      return found && planState(found);
    },
    noteReadiness: async (slug, found, isTold) => {
      const values = { slug, readiness: JSON.stringify(found), told: isTold ? 1 : 0 };
      await db.write(() => db.run(readinessSql, values));
    },
    noteDrill: async (slug, done, event) => {
      await recordWith(db, sources, event, () => db.run(drillSql, { slug, drill: JSON.stringify(done) }));
    },
    approve: async (slug, approval, event) => {
      await writeAudited(db, sources, function* () {
        const { revision } = yield* presentPlan(db, slug);
        if (revision !== approval.revision) throw changedPlan(slug, true);
        yield* db.run(approvalSql, { slug, approval: JSON.stringify(approval) });
        return { event, result: undefined };
      });
    },
  };
}

/** Each plan of all workspaces that was checked, and whether its present revision is ready. */
export async function readyPlans(
  database: Database,
): Promise<readonly { readonly workspaceId: string; readonly slug: string; readonly isReady: boolean }[]> {
  const found = await database.read(
    rows<{ workspace_id: string; slug: string; readiness: string }>(
      `SELECT s.workspace_id, s.slug, s.readiness FROM plan_states s JOIN plans p
        ON p.workspace_id = s.workspace_id AND p.slug = s.slug
        WHERE p.removed_at IS NULL AND s.readiness IS NOT NULL ORDER BY s.workspace_id, s.slug`,
    ),
  );
  return found.map((row) => ({
    workspaceId: row.workspace_id,
    slug: row.slug,
    // One that cannot be read is not known to be ready.
    isReady: readiness.safeParse(parsedJson(row.readiness)).data?.count === 0,
  }));
}

/** What cannot be read counts as not found out yet: the next check and the next drill replace it. */
function planState({ slug, readiness: found, drill: done, approval, told }: Row): PlanState {
  return {
    slug,
    readiness: readiness.safeParse(parsedJson(found ?? "")).data,
    drill: drill.safeParse(parsedJson(done ?? "")).data,
    approval: planApproval.safeParse(parsedJson(approval ?? "")).data,
    isTold: told === 1,
  };
}

const findSql = `SELECT slug, readiness, drill, approval, told FROM plan_states
  WHERE workspace_id = @workspaceId AND slug = @slug` as const;
const readinessSql = `INSERT INTO plan_states VALUES (@workspaceId, @slug, @readiness, NULL, @told, NULL)
  ON CONFLICT (workspace_id, slug) DO UPDATE SET readiness = excluded.readiness, told = excluded.told`;
const drillSql = `INSERT INTO plan_states VALUES (@workspaceId, @slug, NULL, @drill, 0, NULL)
  ON CONFLICT (workspace_id, slug) DO UPDATE SET drill = excluded.drill`;
const approvalSql = `INSERT INTO plan_states VALUES (@workspaceId, @slug, NULL, NULL, 0, @approval)
  ON CONFLICT (workspace_id, slug) DO UPDATE SET approval = excluded.approval`;
