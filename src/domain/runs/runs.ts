import type { AuditEvent } from "../audit/audit-log.ts";
import type { Withdrawal } from "../changes/approval.ts";
import type { NumberKey } from "../numbers/phone-number.ts";
import type { Pause } from "./pause.ts";
import type { NewRun, Run, RunRequester, RunState, RunStatus } from "./run.ts";
import type { ResultStep, StepResult } from "./run-step.ts";

/** The entry about the beginning of a run. */
export type BeginEvent = AuditEvent<"incident.reverted" | "failover.begun">;

/** What becomes of a request for approval when a run begins. */
export interface BeginOptions {
  /** The request that was approved for the run. */
  readonly approval?: string | undefined;
  /** An open request that the run makes unnecessary. It is withdrawn if the run begins, and only then. */
  readonly withdraws?: Withdrawal | undefined;
}

/** A run that holds a number. */
export interface Holder extends Pick<Run, "id" | "kind" | "state" | "by" | "incident" | "returns" | "terms"> {
  readonly key: NumberKey;
}

/** What can change while a run goes on. It is read before each step. */
export type CurrentState = Pick<Run, "state" | "status">;

/**
 * The runs of one workspace. A change of state is written in one transaction with its entry and schedules the work of
 * reporting it, so that it is reported even if this process stops.
 */
export interface Runs {
  /** Stores a run for confirmation, and forgets those that were over a week ago. Throws not_recorded. */
  show(run: NewRun): Promise<void>;
  /** One run. A step that was unknown has the outcome that was found out since. Throws not_found if it does not exist or cannot be read. */
  get(id: string): Promise<Run>;
  /** A run without its steps, and one step by its index; undefined if there is none. */
  getStep(
    id: string,
    position: number,
  ): Promise<{ readonly run: Omit<Run, "steps">; readonly step: ResultStep } | undefined>;
  /** Its state, without its steps. Throws not_found. */
  getState(id: string): Promise<CurrentState>;
  /** The runs that are not over, without their steps, oldest first. One that cannot be read is left out. */
  live(): Promise<readonly Omit<Run, "steps">[]>;
  /** The same, with the ids of those that cannot be read. */
  liveReadable(): Promise<{
    readonly runs: readonly Omit<Run, "steps">[];
    readonly unreadable: readonly string[];
  }>;
  /** The newest run of a plan that was confirmed, without its steps. */
  lastOf(plan: string): Promise<Omit<Run, "steps"> | undefined>;
  /** The numbers of failovers and fail-backs that were over since then, with the time of their last step. */
  overSince(since: Date): Promise<readonly (NumberKey & { readonly overAt: string })[]>;
  /** The runs that take a run back and were confirmed, without their steps, newest first. */
  returnsOf(id: string): Promise<readonly Omit<Run, "steps">[]>;
  /** The ids of running runs, oldest first. */
  running(): Promise<readonly string[]>;
  /** The runs that hold a number, without their steps, oldest first. */
  holding(number: NumberKey): Promise<readonly Omit<Run, "steps">[]>;
  /** The numbers that live runs hold. */
  holders(): Promise<readonly Holder[]>;
  /**
   * Marks a run as confirmed, with its entry, and claims its execution for this process. Throws not_found,
   * already_requested if it can no longer be confirmed, another run holds one of its numbers, or a request to withdraw was
   * decided meanwhile; conflict if the other run cannot be read, and not_recorded. A paused run that it takes back is
   * stopped.
   */
  begin(id: string, by: RunRequester, event: BeginEvent, options?: BeginOptions): Promise<void>;
  /**
   * Stores the id for another attempt at a step in place of the last one, before the attempt is sent. Returns false if
   * the step has a result or another id by now: then it is not attempted. Throws not_recorded.
   */
  tryAgain(
    id: string,
    position: number,
    ids: { readonly from: string; readonly to: string },
  ): Promise<boolean>;
  /**
   * Stores the result of a step, by its index, unless it has one. A step that was left out while its change was being
   * sent gets the result of that change. Throws not_recorded.
   */
  noteStep(id: string, position: number, result: StepResult): Promise<void>;
  /** Stores that a run goes on although no step had a result for a while. Throws not_recorded. */
  noteProgress(id: string): Promise<void>;
  /** Whether first calls are still looked for after one of these changes. */
  isWatched(changeIds: readonly string[]): Promise<boolean>;
  /**
   * Stores that the new agents of a tier were seen to answer, so that a running run no longer waits for that, unless
   * somebody has continued it since. Throws not_recorded.
   */
  prove(id: string, tier: number, resumes: number): Promise<void>;
  /**
   * Makes a change the one whose first calls are told loudly for its run, unless another one is. Returns whether it is.
   * Throws not_found and not_recorded.
   */
  claimLoudness(id: string, changeId: string): Promise<boolean>;
  /**
   * Pauses a connection in a run, with its entry. Returns false if the run does not run or the connection is paused
   * already. Throws not_recorded.
   */
  pauseConnection(
    id: string,
    connectionId: string,
    because: RunStatus["connections"][string],
    event: AuditEvent<"failover.paused">,
  ): Promise<boolean>;
  /**
   * Pauses a running run. Returns false if it does not run, or was not continued `resumes` times: then the pause is about
   * what somebody has seen already. Throws not_recorded.
   */
  pause(id: string, pause: Pause, event: AuditEvent<"failover.paused">, resumes?: number): Promise<boolean>;
  /**
   * Continues a paused run in the name of a person; `without` leaves out the remaining steps of its paused connections,
   * except those whose change is on record.
   * Returns false if it is not paused. Throws not_recorded.
   */
  resume(
    id: string,
    options: { readonly without: boolean; readonly by: RunRequester },
    event: AuditEvent<"failover.resumed">,
  ): Promise<boolean>;
  /**
   * Stops a run that is running, paused or held: its numbers stay as they are. Returns false if it is none of that. Throws
   * not_recorded.
   */
  stop(id: string, event: AuditEvent<"failover.stopped">): Promise<boolean>;
  /** Marks a running run as held, until its end if it has one. Returns false if it does not run. Throws not_recorded. */
  hold(id: string, event: AuditEvent<"failover.held">): Promise<boolean>;
  /** Postpones the next reminder of a paused or held run. Throws not_recorded. */
  remindAt(id: string, at: Date): Promise<void>;
  /**
   * Marks a run as done. With the entry of a fail-back, the run that it has taken back is done as well, unless numbers are
   * `left`: then that run keeps its state, has only those numbers, and people are reminded of it an hour later if it is held and
   * its time is over. A run that was paused was stopped when its fail-back began, so it holds nothing, but can be taken back
   * again. What was found to be put back meanwhile is not left. Throws not_recorded.
   */
  end(
    id: string,
    event?: AuditEvent<"failover.returned" | "failover.practised" | "routes.applied">,
    left?: readonly NumberKey[],
  ): Promise<void>;
  /**
   * Releases what a stopped fail-back has put back: its failover holds only the rest, so that other runs may change the
   * others. Throws not_recorded.
   */
  releaseReturned(id: string): Promise<void>;
  /**
   * Marks a failover as done that is held or stopped and that a fail-back has taken back, once it holds no number: what was
   * left was found to be put back. Its work, which is scheduled when that is found, reports it. Returns false if it is not so.
   * Throws not_recorded.
   */
  endIfReturned(id: string, event: AuditEvent<"failover.ended">): Promise<boolean>;
}

/** The states from which a run can be stopped. */
export const stoppableStates = ["running", "paused", "held"] as const satisfies readonly RunState[];
