import type { Context } from "../shared/context.ts";
import { longestQueue, type Standstill } from "./step-attempt.ts";

/** How long a connection may rate limit every step before the remaining steps are given up, in milliseconds. */
const longestStandstillMs = 15 * 60_000;
/** How many reads of a connection may fail in a row before it counts as down. */
const failuresInARow = 3;

/** What one execution of a run has learnt about its connections. */
export interface ConnectionHealth {
  /** Whether steps of a connection are attempted. */
  isReachable(connectionId: string): boolean;
  /** No step of a connection is attempted any more. */
  giveUp(connectionId: string): void;
  standstill(connectionId: string): Standstill;
  /** A number of a connection was answered for. */
  answered(connectionId: string): void;
  /** A number could not be read: whether it is tried again, given up, or its connection is down. */
  failed(connectionId: string, position: number): "again" | "down" | "given_up";
}

/** Without the connections that are paused already. */
export function connectionHealth(ctx: Context, paused: readonly string[]): ConnectionHealth {
  const givenUp = new Set(paused);
  const began = ctx.monotonicMs();
  const lastProgress = new Map<string, number>();
  const inARow = new Map<string, number>();
  const ofStep = new Map<number, number>();
  return {
    isReachable: (connectionId) => !givenUp.has(connectionId),
    giveUp: (connectionId) => void givenUp.add(connectionId),
    standstill: (connectionId) => ({
      leftMs: () => (lastProgress.get(connectionId) ?? began) + longestStandstillMs - ctx.monotonicMs(),
      progressed: () => void lastProgress.set(connectionId, ctx.monotonicMs()),
    }),
    answered: (connectionId) => void inARow.delete(connectionId),
    failed: (connectionId, position) => {
      const failures = (inARow.get(connectionId) ?? 0) + 1;
      inARow.set(connectionId, failures);
      if (failures >= failuresInARow) return "down";
      const tries = (ofStep.get(position) ?? 0) + 1;
      ofStep.set(position, tries);
      return tries > longestQueue ? "given_up" : "again";
    },
  };
}
