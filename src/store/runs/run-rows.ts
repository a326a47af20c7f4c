import { z } from "zod";
import {
  runKinds,
  runRequester,
  runStatus,
  runTerms,
  type Run,
  type RunStatus,
} from "../../domain/runs/run.ts";
import {
  isPlanned,
  runStep,
  stepResult,
  type ResultStep,
  type RunStep,
  type StepResult,
} from "../../domain/runs/run-step.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import { parsedJson } from "../database/parsed-json.ts";
import type { Values } from "../database/database.ts";
import { unreadableStep } from "./unreadable-step.ts";

const json = <T extends z.ZodType>(schema: T) => z.string().transform(parsedJson).pipe(schema);
const text = z.string();
const optional = text.nullable().transform((value) => value ?? undefined);

const runRow = z
  .object({
    id: text,
    kind: z.enum(runKinds),
    state: z.enum(["shown", "running", "paused", "held", "stopped", "done"]),
    incident: optional,
    returns: optional,
    by: json(runRequester),
    made_at: text,
    started_at: optional,
    progress_at: optional,
    ends_at: optional,
    terms: json(runTerms),
    status: json(runStatus),
  })
  .transform(
    ({ made_at: madeAt, started_at: startedAt, progress_at: progressAt, ends_at: endsAt, ...rest }) => ({
      ...rest,
      madeAt,
      startedAt,
      progressAt,
      endsAt,
    }),
  );

/** A run without its steps. */
export type RunRow = Omit<Run, "steps">;

/** The columns of a run. */
export const runColumns =
  "id, kind, state, incident, returns, by, made_at, started_at, progress_at, ends_at, terms, status";

export const isLive = "state IN ('running', 'paused', 'held')";
export const liveRunsSql =
  `SELECT ${runColumns} FROM runs WHERE workspace_id = @workspaceId AND ${isLive} ORDER BY made_at, id` as const;

export function parseRun(read: unknown): RunRow {
  return runRow.parse(read);
}

/** Undefined if the row cannot be read: another version wrote it, or somebody altered it. */
export function readableRun(read: unknown): RunRow | undefined {
  return runRow.safeParse(read).data;
}

export function parseStatus(read: string): RunStatus {
  return runStatus.parse(JSON.parse(read));
}

export interface StepRow {
  readonly step: string;
  readonly result: string | null;
  readonly connection_id: string | null;
  readonly number_id: string | null;
}

/** The columns of a step. */
export const stepColumns = "step, result, connection_id, number_id";

export async function parseSteps(rows: readonly StepRow[]): Promise<ResultStep[]> {
  const steps: ResultStep[] = [];
  await forEachInBatches(
    rows,
    (row) => {
      steps.push(stepOf(row));
    },
    smallBatchSize,
  );
  return steps;
}

/** The step of a row, or one that stands for it if another version wrote it, or somebody altered it. */
function stepOf(row: StepRow): ResultStep {
  const step = readableStep(row.step);
  if (row.result === null) return step ?? unreadableStep(row, undefined);
  const result = stepResult.safeParse(parsedJson(row.result)).data;
  if (!step || !result) return unreadableStep(row, result);
  return isReleased(row, step, result) ? { ...step, result, isReleased: true } : { ...step, result };
}

/** What was refused was never switched. Everything else is released only by a fail-back. */
function isReleased({ connection_id: held }: StepRow, step: RunStep, { outcome }: StepResult): boolean {
  return isPlanned(step) && outcome !== "refused" && held === null;
}

/** Undefined if it cannot be read. */
export function readableStep(read: string): RunStep | undefined {
  return runStep.safeParse(parsedJson(read)).data;
}

/** The values of a step. It holds its number if it changes it. */
export function stepValues(id: string, position: number, step: RunStep): Values {
  const holds = isPlanned(step);
  return {
    id,
    position,
    step: JSON.stringify(step),
    connectionId: holds ? step.key.connectionId : null,
    numberId: holds ? step.key.numberId : null,
  };
}
