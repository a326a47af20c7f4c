import type { Run } from "./run.ts";
import { isPlanned, type ResultStep } from "./run-step.ts";
import { ownValue } from "../shared/own-value.ts";

/** How many numbers a run changes, has changed, and has not. */
export interface RunCounts {
  readonly changed: number;
  readonly failed: number;
  readonly of: number;
}

/** How far a run is with the numbers of one connection, and why it is paused there. */
export interface ConnectionProgress extends RunCounts {
  readonly connectionId: string;
  readonly name: string;
  readonly paused: string | undefined;
}

export function countRun({ steps }: Pick<Run, "steps">): RunCounts {
  const planned = steps.filter(isPlanned);
  const outcomes = planned.flatMap(({ result }) => result?.outcome ?? []);
  const changed = outcomes.filter((outcome) => outcome === "applied").length;
  return { changed, failed: outcomes.length - changed, of: planned.length };
}

/** How far a run is, connection by connection. */
export function progressByConnection({ steps, status }: Pick<Run, "steps" | "status">): ConnectionProgress[] {
  const byConnection = new Map<string, ResultStep[]>();
  for (const step of steps.filter(isPlanned)) {
    const { connectionId } = step.key;
    byConnection.set(connectionId, [...(byConnection.get(connectionId) ?? []), step]);
  }
  return [...byConnection].map(([connectionId, of]) => ({
    connectionId,
    name: of.find((step) => !step.isUnreadable)?.connection ?? (of[0]?.connection || connectionId),
    ...countRun({ steps: of }),
    paused: ownValue(status.connections, connectionId)?.why,
  }));
}
