import { formatActor, parseActor } from "../../domain/shared/actor.ts";
import { maxPlans, membersOf, type SavedPlan } from "../../domain/failover/plan.ts";
import { parsePlan, planFile } from "../../domain/failover/plan-file.ts";
import { whyUnreadable, type Plans } from "../../domain/failover/plans.ts";
import { parsedJson } from "../database/parsed-json.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { writeAudited, type StoreDeps } from "../audit/append-entry.ts";
import type { Work } from "../database/database.ts";
import { cancelWork, scheduleWork } from "../due-work/schedule-work.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";

interface Row {
  readonly slug: string;
  readonly revision: number;
  readonly body: string;
  readonly saved_by: string;
  readonly saved_at: string;
}

/** The failover plans of one workspace. A removed plan keeps its row, so that its slug never repeats a revision. */
export function storedPlans(db: WorkspaceDatabase, sources: StoreDeps): Plans {
  const listReadable: Plans["listReadable"] = async () => {
    const sql = "SELECT * FROM plans WHERE workspace_id = @workspaceId AND removed_at IS NULL ORDER BY slug";
    const found = (await db.all<Row>(sql)).map((row) => ({ row, saved: savedPlan(row) }));
    return {
      plans: found.flatMap(({ saved }) => saved ?? []),
      unreadable: found.flatMap(({ row: { slug, revision }, saved }) => (saved ? [] : [{ slug, revision }])),
    };
  };
  return {
    list: async () => (await listReadable()).plans,

    listReadable,

    get: async (slug) => db.read(presentPlan(db, slug)),

    save: async (plan, by, expected) =>
      writeAudited(db, sources, function* () {
        const { slug } = plan;
        const sql =
          "SELECT revision, removed_at FROM plans WHERE workspace_id = @workspaceId AND slug = @slug";
        const earlier = yield* db.row<{ revision: number; removed_at: string | null }>(sql, { slug });
        const isPresent = earlier !== undefined && earlier.removed_at === null;
        if (expected !== undefined && expected !== (isPresent ? earlier.revision : 0))
          throw expected === 0 ? exists(slug) : changedPlan(slug, isPresent);
        if (!isPresent && (yield* slugs(db)).length >= maxPlans)
          throw new Problem("invalid_input", `A workspace has at most ${maxPlans} failover plans.`);
        const saved: SavedPlan = {
          plan,
          revision: (earlier?.revision ?? 0) + 1,
          savedBy: by.actor,
          savedAt: sources.now().toISOString(),
        };
        yield* db.run(saveSql, {
          slug,
          revision: saved.revision,
          body: JSON.stringify(planFile(plan, (connectionId) => connectionId)),
          by: formatActor(by.actor),
          at: saved.savedAt,
        });
        yield* scheduleWork(db, { kind: "plan_readiness", itemId: slug });
        return {
          event: { ...by, kind: "plan.saved", outcome: "applied", details: planDetails(saved) },
          result: saved,
        };
      }),

    remove: async (slug, revision, by) =>
      writeAudited(db, sources, function* () {
        const row = yield* db.row<Row>(presentSql, { slug });
        if (row?.revision !== revision) throw row ? changedPlan(slug, true) : noPlan(slug, yield* slugs(db));
        const sql = "UPDATE plans SET removed_at = @at WHERE workspace_id = @workspaceId AND slug = @slug";
        yield* db.run(sql, { slug, at: sources.now().toISOString() });
        yield* cancelWork(db, { kind: "plan_readiness", itemId: slug });
        return {
          event: { ...by, kind: "plan.removed", outcome: "applied", details: removedDetails(row) },
          result: undefined,
        };
      }),
  };
}

function* slugs(db: WorkspaceDatabase): Work<readonly string[]> {
  const sql = "SELECT slug FROM plans WHERE workspace_id = @workspaceId AND removed_at IS NULL ORDER BY slug";
  return (yield* db.rows<{ slug: string }>(sql)).map(({ slug }) => slug);
}

/** A plan that is there and can be read. Throws not_found, with the slugs that there are if it is not there. */
export function* presentPlan(db: WorkspaceDatabase, slug: string): Work<SavedPlan> {
  const row = yield* db.row<Row>(presentSql, { slug });
  const saved = row && savedPlan(row);
  if (saved) return saved;
  if (row) throw unreadable(slug);
  throw noPlan(slug, yield* slugs(db));
}

function planDetails({ plan, revision }: SavedPlan) {
  const { slug, title } = plan;
  return { plan: slug, revision: String(revision), title, numbers: String(membersOf(plan).length) };
}

/** For a plan that cannot be read, too. */
function removedDetails(row: Row) {
  const saved = savedPlan(row);
  if (saved) return planDetails(saved);
  return { plan: row.slug, revision: String(row.revision), title: "unreadable", numbers: "unknown" };
}

/** Undefined if the row cannot be read, or has the body of another plan. */
function savedPlan({
  slug,
  revision,
  body,
  saved_by: savedBy,
  saved_at: savedAt,
}: Row): SavedPlan | undefined {
  const { plan } = parsePlan(parsedJson(body), (connectionId) => connectionId, { isStored: true });
  return plan?.slug === slug ? { plan, revision, savedBy: parseActor(savedBy), savedAt } : undefined;
}

function noPlan(slug: string, present: readonly string[]): Problem {
  const nearest = present.slice(0, 5);
  return new Problem("not_found", `There is no failover plan “${slug}”.`, { field: "plan", nearest });
}

function unreadable(slug: string): Problem {
  return new Problem("not_found", `The failover plan “${slug}” cannot be read. ${whyUnreadable}`, {
    field: "plan",
  });
}

function exists(slug: string): Problem {
  return new Problem("conflict", `There is a failover plan ${slug} already.`);
}

/** The refusal to overwrite a revision that the person did not see. */
export function changedPlan(slug: string, isPresent: boolean): Problem {
  const words = isPresent
    ? `Someone changed the plan ${slug} meanwhile.`
    : `Someone removed the plan ${slug} meanwhile.`;
  return new Problem("conflict", words);
}

const presentSql =
  "SELECT * FROM plans WHERE workspace_id = @workspaceId AND slug = @slug AND removed_at IS NULL";
const saveSql = `INSERT INTO plans VALUES (@workspaceId, @slug, @revision, @body, @by, @at, NULL)
  ON CONFLICT (workspace_id, slug) DO UPDATE SET revision = excluded.revision, body = excluded.body,
    saved_by = excluded.saved_by, saved_at = excluded.saved_at, removed_at = NULL`;
