import type { Checkpoint } from "../../domain/audit/audit-chain.ts";
import type { SigningKey } from "../../store/checkpoints/checkpoint-key.ts";
import { compareCheckpoints } from "../../store/checkpoints/checkpoint-line.ts";
import { endsBefore, misfit, type Head } from "../../store/checkpoints/log-checks.ts";
import type { Database } from "../../store/database/database.ts";
import type { CheckpointCopy } from "./checkpoint-copy.ts";
import {
  checkRow,
  firstEntryAt,
  newestOf,
  newestRows,
  numberedRows,
  type CheckpointRow,
  type NewestRow,
} from "./checkpoint-rows.ts";

/** Why checkpoints do not confirm a log; of all workspaces if none is named. */
export interface WatchFault {
  readonly workspaceId: string | undefined;
  readonly words: string;
}

/** The audit logs and their checkpoints at one moment. */
export interface WatchedLogs {
  readonly heads: readonly Head[];
  /** The newest signed checkpoint of each workspace. */
  readonly last: ReadonlyMap<string, Checkpoint>;
  readonly faults: readonly WatchFault[];
}

/** What is needed to watch. */
export interface WatchOptions {
  readonly database: Database;
  readonly key: SigningKey;
  readonly copy: CheckpointCopy;
}

/** Compares the audit logs with their checkpoints, and both with what this process has seen before. */
export interface CheckpointWatch {
  look(): Promise<WatchedLogs>;
  /** Notes what this process has signed, so that it misses it if somebody removes it at once. */
  signed(checkpoints: readonly Checkpoint[]): void;
  /** Notes a fault in the entries since the last checkpoint. It stays until the log is accepted. */
  altered(workspaceId: string, words: string): void;
}

/** What was found about the newest row of a workspace, until there is another one. */
interface Known {
  readonly number: number;
  readonly digest: string;
  readonly checkpoint: Checkpoint | undefined;
  readonly fault: string | undefined;
  /** Whether the newest row is the one that counts. */
  readonly isSigned: boolean;
}

/** How long a workspace may lack the first checkpoint while others get theirs, in milliseconds. */
const firstWithinMs = 5 * 60_000;

/** A watch that has seen only what its copy holds. */
export function checkpointWatch({ database, key, copy }: WatchOptions): CheckpointWatch {
  const seen = new Map(copy.found);
  const known = new Map<string, Known>();
  const altered = new Map<string, { readonly words: string; readonly epoch: number }>();
  let beganEmpty: boolean | undefined;

  const examine = async (row: NewestRow, stored: CheckpointRow): Promise<Known> => {
    const { workspaceId, digest } = row;
    let { checkpoint, fault } = checkRow(stored, [key]);
    const isSigned = checkpoint !== undefined;
    if (!checkpoint) {
      const newest = await database.read(newestOf(workspaceId, [key]));
      checkpoint = newest.checkpoint;
      fault = newest.faults[0];
    }
    if (checkpoint && fault === undefined)
      fault = await database.read(misfit(checkpoint, key, row.count ?? undefined));
    return { number: stored.number, digest: digest ?? "", checkpoint, fault, isSigned };
  };
  const readChanged = async (found: readonly NewestRow[]): Promise<void> => {
    const changed = new Map(
      found.flatMap((row) => (isKnown(row, known) ? [] : [[row.number, row] as const])),
    );
    const numbers = [...changed.keys()].filter((number) => number !== null);
    if (numbers.length === 0) return;
    for (const stored of await database.read(numberedRows(numbers))) {
      const row = changed.get(stored.number);
      if (row) known.set(row.workspaceId, await examine(row, stored));
    }
  };
  const remember = (checkpoints: readonly Checkpoint[]): void => {
    const added = checkpoints.filter((checkpoint) => {
      const before = seen.get(checkpoint.workspaceId);
      return !before || compareCheckpoints(before, checkpoint) < 0;
    });
    for (const one of added) seen.set(one.workspaceId, one);
    copy.add(added);
  };
  const faultOf = (workspaceId: string, head: Head | undefined): string | undefined => {
    const { checkpoint, fault } = known.get(workspaceId) ?? {};
    const before = seen.get(workspaceId);
    if (fault !== undefined) return fault;
    if (before && (!checkpoint || compareCheckpoints(before, checkpoint) > 0))
      return `the checkpoint of entry ${before.count}, made ${before.at}, is not in the database any more`;
    if (checkpoint && (head?.count ?? 0) < checkpoint.count) return endsBefore(checkpoint, head?.count ?? 0);
    const found = altered.get(workspaceId);
    return found && found.epoch >= (checkpoint?.epoch ?? 0) ? found.words : undefined;
  };
  /** The workspaces that had entries well before the newest checkpoint of others, and have none. */
  const withoutTheirs = async (heads: readonly Head[]): Promise<readonly WatchFault[]> => {
    const newest = Math.max(...[...seen.values()].map(({ at }) => Date.parse(at)));
    const faults: WatchFault[] = [];
    for (const { workspaceId } of heads) {
      if (seen.has(workspaceId)) continue;
      const at = await database.read(firstEntryAt(workspaceId));
      if (at === undefined || Date.parse(at) + firstWithinMs >= newest) continue;
      const words = "it has entries from before the last checkpoint of others, and no checkpoint of its own";
      faults.push({ workspaceId, words });
    }
    return faults;
  };
  return {
    look: async () => {
      const found = await database.read(newestRows());
      const heads = found.flatMap(headOf);
      for (const { workspaceId, number } of found) if (number === null) known.delete(workspaceId);
      const isThere = new Set(found.map(({ workspaceId }) => workspaceId));
      for (const workspaceId of known.keys()) if (!isThere.has(workspaceId)) known.delete(workspaceId);
      await readChanged(found);
      remember(
        [...known.values()].flatMap(({ checkpoint, fault }) =>
          checkpoint && fault === undefined ? checkpoint : [],
        ),
      );
      beganEmpty ??= heads.length === 0;
      const byId = new Map(heads.map((head) => [head.workspaceId, head]));
      const faults: WatchFault[] = [];
      if (copy.fault !== undefined) faults.push({ workspaceId: undefined, words: copy.fault });
      for (const workspaceId of new Set([...isThere, ...seen.keys()])) {
        const words = faultOf(workspaceId, byId.get(workspaceId));
        if (words !== undefined) faults.push({ workspaceId, words });
      }
      if (seen.size > 0) faults.push(...(await withoutTheirs(heads)));
      else if (heads.length > 0 && faults.length === 0 && !beganEmpty)
        faults.push({ workspaceId: undefined, words: "there are entries and a key, and no checkpoint" });
      const last = new Map(
        [...known].flatMap(([id, { checkpoint }]) => (checkpoint ? [[id, checkpoint] as const] : [])),
      );
      return { heads, last, faults };
    },
    signed: remember,
    altered: (workspaceId, words) => {
      altered.set(workspaceId, { words, epoch: known.get(workspaceId)?.checkpoint?.epoch ?? 0 });
    },
  };
}

/** A row with a fault is read again each time: somebody may have put the log back. */
function isKnown({ workspaceId, number, digest }: NewestRow, known: ReadonlyMap<string, Known>): boolean {
  if (number === null) return true;
  const before = known.get(workspaceId);
  return (
    before?.number === number && before.digest === digest && before.isSigned && before.fault === undefined
  );
}

function headOf({ workspaceId, sequence, count, head }: NewestRow): Head | [] {
  return sequence === null || count === null || head === null ? [] : { workspaceId, sequence, count, head };
}
