import { chmodSync, statSync } from "node:fs";
import { agesOf, type Clocks } from "../../domain/shared/age.ts";
import type { Checkpoint } from "../../domain/audit/audit-chain.ts";
import type { AuditCheckpoints, OnCheckpoint } from "../../domain/audit/audit-checkpoints.ts";
import type { Log } from "../../domain/ports/log.ts";
import { appendLine, readIfThere } from "../../store/checkpoints/checkpoint-file.ts";
import { checkpointLine } from "../../store/checkpoints/checkpoint-line.ts";
import {
  isCheckpointDue,
  isRoundEntry,
  lookEveryMs,
  timer,
  type Every,
} from "../../store/checkpoints/signing-times.ts";
import { brokenSince, readHeads, type Head } from "../../store/checkpoints/log-checks.ts";
import { prepared } from "../connection/database.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import { runNow } from "../connection/sqlite-queries.ts";
import { checkpointState, expectsCheckpoint, type CheckpointFault } from "./checkpoint-state.ts";
import { keyAge, markUnused, markUsed, signingKey } from "./signing-key.ts";

/** Where checkpoints are stored, and what signs them and when. */
export interface CheckpointOptions {
  readonly file: string;
  readonly keyPath: string;
  readonly log: Log;
  readonly now: () => Date;
  /** See `Clocks`; it follows `now` unless given. */
  readonly monotonicMs?: (() => number) | undefined;
  readonly clock?: Clocks["clock"];
  /** The timer; the process's own unless given. */
  readonly every?: Every | undefined;
}

/** The default path of a database's checkpoint file. */
export function checkpointFileOf(databasePath: string): string {
  return `${databasePath}.checkpoints.jsonl`;
}

/**
 * The checkpoints of one database, for its one server. Nothing is signed if the log or its checkpoints were changed.
 * Throws an ordinary error with a readable message if the key is unavailable.
 */
export function auditCheckpoints(db: SqliteDatabase, options: CheckpointOptions): AuditCheckpoints {
  const { file, keyPath, log, now, monotonicMs = () => now().getTime(), clock, every = timer } = options;
  let age = keyAge(keyPath);
  // Not if a key should exist: the next process has to notice that too.
  if (age === "missing" && !expectsCheckpoint(db, age)) markUnused(keyPath);
  const key = signingKey(keyPath, () => (readIfThere(file) ?? "").trim() === "");
  const listeners: OnCheckpoint[] = [];
  const last = new Map<string, Checkpoint>();
  const ages = agesOf({ now, monotonicMs, ...(clock ? { clock } : {}) });
  let faults: readonly CheckpointFault[] = [];
  let readAt = "";
  let isTried = false;

  const found = (fault: CheckpointFault, message: string): void => {
    faults = [...faults, fault];
    log.error({ workspace: fault.workspaceId, fault: fault.words }, message);
  };
  const read = (): void => {
    readAt = stateOf(file);
    const state = checkpointState(db, readIfThere(file) ?? "", key, age);
    last.clear();
    for (const [workspaceId, checkpoint] of state.last) last.set(workspaceId, checkpoint);
    faults = [];
    for (const fault of state.faults) found(fault, "audit log not vouched for");
  };
  /** The log may have been accepted as it is, which shows in the file. */
  const readAgain = (): void => {
    if (faults.length > 0 && stateOf(file) !== readAt) read();
  };
  const used = (): void => {
    if (age !== "used") markUsed(keyPath);
    age = "used";
  };
  narrow(file);
  read();
  if (last.size > 0) used();

  /** Written together: a workspace without a checkpoint next to others with one counts as having lost its own. */
  const make = (heads: readonly Head[]): void => {
    if (heads.length === 0) return;
    const at = now().toISOString();
    const made = heads.map(({ workspaceId, count, sequence, head }) => {
      const epoch = last.get(workspaceId)?.epoch;
      const checkpoint = { workspaceId, count, sequence, head, at, ...(epoch ? { epoch } : {}) };
      return { checkpoint, line: checkpointLine(checkpoint, key) };
    });
    try {
      appendLine(file, made.map(({ line }) => line).join("\n"));
    } catch (err) {
      for (const { workspaceId } of heads) log.error({ workspace: workspaceId, err }, "checkpoint not made");
      return;
    }
    used();
    for (const { checkpoint, line } of made) {
      const { workspaceId } = checkpoint;
      last.set(workspaceId, checkpoint);
      note(workspaceId, line);
      for (const listener of listeners) void tell(listener, workspaceId, line);
    }
  };
  const note = (workspaceId: string, line: string): void => {
    if (db.readonly) return;
    try {
      prepared(db, "INSERT OR REPLACE INTO signed_checkpoints VALUES (?, ?)").run(workspaceId, line);
    } catch (err) {
      // The file has it, and the file is what counts.
      log.warn({ workspace: workspaceId, err }, "checkpoint not stored in the database");
    }
  };
  const tell = async (listener: OnCheckpoint, workspaceId: string, line: string): Promise<void> => {
    try {
      await listener(workspaceId, line);
    } catch (err) {
      log.error({ workspace: workspaceId, err }, "checkpoint not posted");
    }
  };
  const isDue = (newest: Head, before: Checkpoint | undefined, all: boolean): boolean => {
    if (all) return newest.count > (before?.count ?? 0);
    return isCheckpointDue(newest.count, before, () =>
      before ? ages.of(`${before.workspaceId}/${before.count}`, new Date(before.at)) : 0,
    );
  };
  /** Whether to sign a workspace's newest entry now. Faults of its log are noted. */
  const isToSign = (newest: Head, all: boolean): boolean => {
    const { workspaceId } = newest;
    if (faults.some((fault) => fault.workspaceId === undefined || fault.workspaceId === workspaceId))
      return false;
    const before = last.get(workspaceId);
    if (newest.count < (before?.count ?? 0)) {
      // A signature would confirm a log that has lost entries.
      const words = `it ends with entry ${newest.count}, and its checkpoint covers entry ${before?.count ?? 0}`;
      found({ workspaceId, words }, "audit log cut");
    } else if (isDue(newest, before, all)) {
      const words = runNow(db, brokenSince(before, newest, key));
      if (words === undefined) return true;
      found({ workspaceId, words }, "audit log altered");
    }
    return false;
  };
  const look = (all = false): void => {
    try {
      readAgain();
      const heads = runNow(db, readHeads());
      make(heads.filter((newest) => isToSign(newest, all)));
      ages.keep(new Set([...last.values()].map(({ workspaceId, count }) => `${workspaceId}/${count}`)));
    } catch (err) {
      log.error({ err }, "checkpoints not checked");
    }
  };

  const stop = every(lookEveryMs, () => look());
  return {
    start: async () => undefined,
    appended: (workspaceId, count) => {
      // Retried only every thousand entries, so that a full disk does not slow down every entry.
      if (isRoundEntry(count, last.get(workspaceId))) look();
    },
    makeFirst: async () => {
      if (last.size > 0 || isTried) return;
      isTried = true;
      look();
    },
    makeDue: async () => look(),
    makeAll: async () => look(true),
    faults: async () => {
      readAgain();
      return faults.map(({ workspaceId, words }) =>
        workspaceId === undefined ? words : `${workspaceId}: ${words}`,
      );
    },
    onCheckpoint: (listener) => listeners.push(listener),
    stop,
  };
}

/** It contains no secrets, but how active each workspace is should stay private. */
function narrow(file: string): void {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode !== undefined && (mode & 0o077) !== 0) chmodSync(file, 0o600);
}

/** The properties of a file that change when it is written or replaced. */
function stateOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : "";
}
