import { z } from "zod";
import { requester } from "../../domain/notifications/reply-target.ts";
import { runKinds, runStatus, runTerms, type Run, type RunStatus } from "../../domain/runs/run.ts";
import { isPlanned, runStep, stepResult, type ResultStep, type RunStep } from "../../domain/runs/run-step.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import { parsedJson } from "../database/parsed-json.ts";
import type { Values } from "../database/database.ts";

const json = <T extends z.ZodType>(schema: T) => z.string().transform(parsedJson).pipe(schema);
const text = z.string();
const optional = text.nullable().transform((value) => value ?? undefined);

const row = z
  .object({
    id: text,
    kind: z.enum(runKinds),
    state: z.enum(["shown", "running", "paused", "held", "stopped", "done"]),
    incident: optional,
    returns: optional,
    by: json(requester),
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
  return row.parse(read);
}

/** Undefined if the row cannot be read: another version wrote it, or somebody altered it. */
export function readableRun(read: unknown): RunRow | undefined {
  return row.safeParse(read).data;
}

export function parseStatus(read: string): RunStatus {
  return runStatus.parse(JSON.parse(read));
}

export interface StepRow {
  readonly step: string;
  readonly result: string | null;
}

export async function parseSteps(rows: readonly StepRow[]): Promise<ResultStep[]> {
  const steps: ResultStep[] = [];
  await forEachInBatches(
    rows,
    ({ step, result }) =>
      steps.push({
        ...parseStep(step),
        ...(result === null ? {} : { result: stepResult.parse(JSON.parse(result)) }),
      }),
    smallBatchSize,
  );
  return steps;
}

export function parseStep(read: string): RunStep {
  return runStep.parse(JSON.parse(read));
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
