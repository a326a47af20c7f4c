import type { Checkpoint } from "../../domain/audit/audit-chain.ts";
import type { Log } from "../../domain/ports/log.ts";
import { appendLine, readIfThere } from "../../store/checkpoints/checkpoint-file.ts";
import {
  checkpointLine,
  newestCheckpoints,
  readCheckpoints,
} from "../../store/checkpoints/checkpoint-line.ts";
import type { SigningKey } from "../../store/checkpoints/checkpoint-key.ts";

/** A copy of the checkpoints in a file of this server, where nobody who has only the database can change it. */
export interface CheckpointCopy {
  /** The newest checkpoint of each workspace when this process started. */
  readonly found: ReadonlyMap<string, Checkpoint>;
  /** Why not all lines count, as a phrase to show. */
  readonly fault: string | undefined;
  /** Appends checkpoints, with those that could not be appended before. A failure is logged. */
  add(checkpoints: readonly Checkpoint[]): void;
}

/** The copy in a file. Nothing is copied without one. */
export function checkpointCopy(file: string | undefined, key: SigningKey, log: Log): CheckpointCopy {
  const { checkpoints, forged } = readCheckpoints((file && readIfThere(file)) || "", [key]);
  const lines = forged.length === 1 ? "1 line" : `${forged.length} lines`;
  let waiting: readonly string[] = [];
  return {
    found: newestCheckpoints(checkpoints),
    fault: forged.length > 0 ? `${lines} of ${file} are not signed by this server's key` : undefined,
    add: (added) => {
      if (file === undefined) return;
      // Signed again, so that the line is the canonical one.
      waiting = [...waiting, ...added.map((one) => checkpointLine(one, key))];
      if (waiting.length === 0) return;
      try {
        appendLine(file, waiting.join("\n"));
        waiting = [];
      } catch (err) {
        log.error({ file, err }, "checkpoints not copied");
      }
    },
  };
}
