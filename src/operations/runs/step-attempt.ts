import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { Problem, ProblemCode } from "../../domain/problem/problem.ts";
import type { Run } from "../../domain/runs/run.ts";
import type { ResultStep, StepResult } from "../../domain/runs/run-step.ts";

/** How often a failover sends a change again that the vendor has rate-limited. */
export const longestQueue = 5;

/** Problems of a whole connection: its other steps would meet them as well. */
const connectionProblems: ReadonlySet<string> = new Set<ProblemCode>([
  "credentials_rejected",
  "not_connected",
]);

/** What became of an attempt at a step. */
export type Attempt =
  | { readonly kind: "result"; readonly result: StepResult }
  /** It was rate-limited, or could not be read: nothing was changed, and it is tried again after the others. */
  | { readonly kind: "again"; readonly code: string; readonly why: string }
  /** Nothing was changed, and its whole connection cannot be reached. */
  | { readonly kind: "unreachable"; readonly code: string; readonly why: string }
  /** Nothing was changed, because the person in whose name the run goes is no operator now. */
  | { readonly kind: "not_operator" }
  /** It was not begun, because the run does not go on. */
  | { readonly kind: "halted" }
  /** It was not begun, because the database has something else about the step than this process. */
  | { readonly kind: "outdated" };

/** How much longer the steps of a connection may be rate-limited. Each step that is not starts the time again. */
export interface Standstill {
  leftMs(): number;
  progressed(): void;
}

/** What a refusal means that changed nothing. Reverts report each number; other runs spare the connection. */
export function refusalOf(run: Run, code: string, why: string): Attempt {
  if (run.kind !== "revert" && connectionProblems.has(code)) return { kind: "unreachable", code, why };
  if (code === "rate_limited" || (run.kind !== "revert" && code === "vendor_unavailable"))
    return { kind: "again", code, why };
  return { kind: "result", result: { outcome: "refused", why, code } };
}

/** Whether a change that the vendor certainly did not make is sent again. */
export function isWorthRepeating(
  run: Run,
  { requeued = 0 }: ResultStep,
  record: ChangeRecord,
  standstill: Standstill,
): boolean {
  const code = record.outcome?.outcome === "refused" ? record.outcome.problem?.code : undefined;
  if (run.kind === "revert") return code === "rate_limited" && standstill.leftMs() > 0;
  if (code !== undefined && connectionProblems.has(code)) return true;
  const mayPass = code === "rate_limited" || code === "vendor_unavailable";
  return mayPass && requeued < longestQueue && standstill.leftMs() > 0;
}

/** What it means that a connection rate-limits everything for so long. */
export function standstillOver(run: Run, { code, message: why }: Problem): Attempt {
  if (run.kind === "revert") return { kind: "result", result: { outcome: "refused", why, code } };
  return { kind: "unreachable", code, why };
}
