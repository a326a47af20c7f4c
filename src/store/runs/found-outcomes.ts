import type { ResultStep } from "../../domain/runs/run-step.ts";
import type { Work } from "../database/database.ts";
import type { WorkspaceDatabase } from "../database/workspace-database.ts";
import { parsedJson } from "../database/parsed-json.ts";
import { z } from "zod";

const problem = z.object({ code: z.string(), message: z.string() });

interface OutcomeRow {
  readonly outcome: "applied" | "refused" | "unknown";
  readonly problem: string | null;
}

/**
 * Steps whose outcome was unknown, or that of the change that they were to take back, with what the audit log says that was
 * found out since.
 */
export function* withFoundOutcomes(
  db: WorkspaceDatabase,
  steps: readonly ResultStep[],
): Work<readonly ResultStep[]> {
  const found: ResultStep[] = [];
  for (const step of steps) {
    const { result, verdict, undoes } = step;
    const isOfLast = verdict.kind === "unknown" && undoes !== undefined;
    const changeId = isOfLast ? undoes : step.changeId;
    const newest =
      isOfLast || result?.outcome === "unknown"
        ? yield* db.row<OutcomeRow>(newestSql, { changeId })
        : undefined;
    if (!newest || newest.outcome === "unknown") found.push(step);
    else if (isOfLast) found.push({ ...step, foundOfLast: newest.outcome });
    else {
      const { code, message: why } = problem.safeParse(parsedJson(newest.problem ?? "")).data ?? {};
      const { outcome } = newest;
      const isReleased = outcome === "refused" ? undefined : step.isReleased;
      found.push({ ...step, isReleased, result: { ...result, outcome, code, why } });
    }
  }
  return found;
}

const newestSql = `SELECT outcome, problem FROM audit_entries WHERE workspace_id = @workspaceId
  AND change_id = @changeId AND kind = 'change.outcome' ORDER BY sequence DESC LIMIT 1`;
