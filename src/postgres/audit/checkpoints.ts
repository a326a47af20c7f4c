import type { AuditCheckpoints, OnCheckpoint } from "../../domain/audit/audit-checkpoints.ts";
import type { Checkpoint } from "../../domain/audit/audit-chain.ts";
import type { Log } from "../../domain/ports/log.ts";
import { agesOf, type Clocks } from "../../domain/shared/age.ts";
import {
  isCheckpointDue,
  lookEveryMs,
  signEveryMs,
  type Every,
} from "../../store/checkpoints/signing-times.ts";
import type { SigningKey } from "../../store/checkpoints/checkpoint-key.ts";
import { checkpointLine } from "../../store/checkpoints/checkpoint-line.ts";
import { brokenSince, type Head } from "../../store/checkpoints/log-checks.ts";
import type { Database } from "../../store/database/database.ts";
import { checkpointCopy } from "./checkpoint-copy.ts";
import { databaseTime, storeCheckpoint } from "./checkpoint-rows.ts";
import { checkpointWatch, type WatchedLogs, type WatchFault } from "./checkpoint-watch.ts";

/** What signs checkpoints of a PostgreSQL database, and where. */
export interface PostgresCheckpointOptions extends Clocks {
  readonly database: Database;
  readonly key: SigningKey;
  /** The file for this server's own copy, if it keeps one. */
  readonly file: string | undefined;
  readonly log: Log;
  /** Whether no other server runs, so that this one signs before it ends. */
  isLast(): Promise<boolean>;
  readonly every: Every;
}

/** Signers of several servers take turns with the rows of all workspaces. */
export const signingTurn = "audit checkpoints";
/** How many workspaces get a checkpoint in one transaction. */
const atOnce = 200;
/** How long new entries may stay unsigned before that is a fault, in milliseconds. */
const unsignedMs = 3 * signEveryMs;

/**
 * The checkpoints of a database that several servers use. Each server compares the logs with their checkpoints every
 * minute; the one that has claimed it signs.
 */
export function postgresCheckpoints(options: PostgresCheckpointOptions): AuditCheckpoints {
  const { database, key, log, monotonicMs } = options;
  const watch = checkpointWatch({ database, key, copy: checkpointCopy(options.file, key, log) });
  const listeners: OnCheckpoint[] = [];
  const ages = agesOf(options);
  const unsigned = new Map<string, { readonly count: number; readonly sinceMs: number }>();
  let latest: WatchedLogs | undefined;
  let faults: readonly WatchFault[] = [];
  let isTried = false;

  const overdue = ({ heads, last }: WatchedLogs): readonly WatchFault[] =>
    heads.flatMap(({ workspaceId, count }) => {
      const signed = last.get(workspaceId)?.count ?? 0;
      const before = unsigned.get(workspaceId);
      if (count <= signed) unsigned.delete(workspaceId);
      else if (before?.count !== signed) unsigned.set(workspaceId, { count: signed, sinceMs: monotonicMs() });
      else if (monotonicMs() - before.sinceMs > unsignedMs)
        return { workspaceId, words: `no server signs its entries after entry ${signed}` };
      return [];
    });
  /** Everything that `/readyz` says. What only delays a checkpoint does not prevent it. */
  const review = (logs: WatchedLogs): void => {
    const own = new Set(logs.faults.map(({ workspaceId }) => workspaceId));
    const late = own.has(undefined) ? [] : overdue(logs).filter(({ workspaceId }) => !own.has(workspaceId));
    const found = [...logs.faults, ...late];
    const told = new Set(faults.map(phraseOf));
    for (const fault of found)
      if (!told.has(phraseOf(fault)))
        log.error({ workspace: fault.workspaceId, fault: fault.words }, "audit log not vouched for");
    faults = found;
  };
  const look = async (): Promise<WatchedLogs> => {
    const logs = await watch.look();
    review(logs);
    latest = logs;
    return logs;
  };
  const isDue = ({ count }: Head, before: Checkpoint | undefined, all: boolean): boolean =>
    all
      ? count > (before?.count ?? 0)
      : isCheckpointDue(count, before, () =>
          before ? ages.of(`${before.workspaceId}/${before.count}`, new Date(before.at)) : 0,
        );
  const tell = async (workspaceId: string, line: string): Promise<void> => {
    for (const listener of listeners)
      try {
        await listener(workspaceId, line);
      } catch (err) {
        log.error({ workspace: workspaceId, err }, "checkpoint not posted");
      }
  };
  const store = async (heads: readonly Head[], { last }: WatchedLogs): Promise<void> => {
    const stored = await database.write(function* () {
      const at = (yield* databaseTime()).toISOString();
      const made: Checkpoint[] = [];
      for (const head of heads) {
        const epoch = last.get(head.workspaceId)?.epoch;
        const checkpoint = { ...head, at, ...(epoch ? { epoch } : {}) };
        if (yield* storeCheckpoint(checkpoint, key)) made.push(checkpoint);
      }
      return made;
    }, signingTurn);
    watch.signed(stored);
    for (const one of stored) void tell(one.workspaceId, checkpointLine(one, key));
  };
  const sign = async (all: boolean): Promise<void> => {
    const logs = await look();
    const faulty = new Set(logs.faults.map(({ workspaceId }) => workspaceId));
    if (faulty.has(undefined)) return;
    const due: Head[] = [];
    for (const head of logs.heads) {
      const { workspaceId } = head;
      const before = logs.last.get(workspaceId);
      if (faulty.has(workspaceId) || !isDue(head, before, all)) continue;
      const words = await database.read(brokenSince(before, head, key));
      if (words === undefined) due.push(head);
      else watch.altered(workspaceId, words);
    }
    for (let from = 0; from < due.length; from += atOnce) await store(due.slice(from, from + atOnce), logs);
    ages.keep(new Set([...logs.last.values()].map(({ workspaceId, count }) => `${workspaceId}/${count}`)));
    await look();
  };
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (err) {
      log.error({ err }, "checkpoints not checked");
    }
  };

  const stop = options.every(lookEveryMs, () => void attempt(look));
  return {
    start: async () => attempt(look),
    // The next look finds them, within a minute.
    appended: () => undefined,
    makeFirst: async () => {
      if (isTried || (latest?.last.size ?? 0) > 0) return;
      isTried = true;
      await attempt(async () => sign(false));
    },
    makeDue: async () => attempt(async () => sign(false)),
    makeAll: async () =>
      attempt(async () => {
        if (await options.isLast()) await sign(true);
      }),
    faults: async () => {
      if (!latest || faults.length > 0) await attempt(look);
      return faults.map(phraseOf);
    },
    onCheckpoint: (listener) => listeners.push(listener),
    stop,
  };
}

/** A fault as a phrase to show. */
export function phraseOf({ workspaceId, words }: WatchFault): string {
  return workspaceId === undefined ? words : `${workspaceId}: ${words}`;
}
