import type { SharedBudgets } from "../vendor/shared-budgets.ts";

/** How many events a window of time may have. */
export interface CountLimit {
  /** What is counted: one count for each key of a workspace. */
  readonly key: string;
  readonly most: number;
  readonly windowMs: number;
}

/** Counts over all replicas. */
export interface SharedCounts {
  /**
   * Counts one event for each of the limits. Returns, in the same order, the milliseconds until the next one is
   * allowed, or undefined where this one is. A window starts with its first event. Throws not_recorded.
   */
  add(workspaceId: string, limits: readonly CountLimit[]): Promise<readonly (number | undefined)[]>;
}

/** What replicas share besides the workspaces' data. The only process of a database keeps it in memory. */
export interface SharedState {
  readonly counts: SharedCounts;
  readonly budgets: SharedBudgets;
}
