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

/** Steps whose outcome was unknown, with what the audit log says that was found out since. */
export function* withFoundOutcomes(
  db: WorkspaceDatabase,
  steps: readonly ResultStep[],
): Work<readonly ResultStep[]> {
  const found: ResultStep[] = [];
  for (const step of steps) {
    const { changeId, result } = step;
    const newest =
      result?.outcome === "unknown" ? yield* db.row<OutcomeRow>(newestSql, { changeId }) : undefined;
    if (!newest || newest.outcome === "unknown") found.push(step);
    else {
      const { code, message: why } = problem.safeParse(parsedJson(newest.problem ?? "")).data ?? {};
      found.push({ ...step, result: { ...result, outcome: newest.outcome, code, why } });
    }
  }
  return found;
}

const newestSql = `SELECT outcome, problem FROM audit_entries WHERE workspace_id = @workspaceId
  AND change_id = @changeId AND kind = 'change.outcome' ORDER BY sequence DESC LIMIT 1`;
