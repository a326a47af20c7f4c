import { mostSevere } from "./audit-chain.ts";
import type { ChainFinding, ChainLink, ChainReport, Checkpoint } from "./audit-chain.ts";

/** An entry as the walkthrough sees it: how it is tied, and the hash that its content really has. */
export interface ScannedEntry extends ChainLink {
  readonly sequence: number;
  /** Recomputed over everything that is stored of it. */
  readonly actualHash: string;
}

/** Everything that the chain of one workspace is judged by. */
export interface ChainScan {
  readonly workspaceId: string;
  /** What the first entry's `previousHash` has to be. */
  readonly genesis: string;
  /** The newest entry as the database notes it beside the log. */
  readonly noted: Pick<ChainLink, "position" | "hash"> | undefined;
  /** Signed ones only. */
  readonly checkpoints: readonly Checkpoint[];
  /** What was found about this workspace elsewhere: in the checkpoint file, or in the database's indexes. */
  readonly besides: readonly ChainFinding[];
}

const mostFindings = 100;

/** Walks one chain from its first entry to its last. Memory does not grow with it. */
export interface ChainVerifier {
  /** Looks at the next entry, by sequence. */
  pass(entry: ScannedEntry): void;
  /** Says what is wrong with the chain, once all entries have been passed. */
  report(): ChainReport;
}

/** Begins to walk one chain. */
export function chainVerifier(walk: ChainScan): ChainVerifier {
  const findings: ChainFinding[] = [];
  let found = 0;
  let verdict: ChainReport["verdict"] = "intact";
  const add = (finding: ChainFinding): void => {
    found += 1;
    verdict = mostSevere([verdict, finding.verdict]);
    if (findings.length < mostFindings) findings.push(finding);
  };
  const due = walk.checkpoints.toSorted((a, b) => a.count - b.count);
  const fits = fittingCheckpoints(due, add);

  let entries = 0;
  let last: Step = { position: 0, hash: walk.genesis, isSuspect: false };
  return {
    pass: (entry) => {
      entries += 1;
      const before = found;
      last = step(entry, last, add);
      fits.pass(entry, last, found > before);
    },
    report: () => {
      const promised = Math.max(walk.noted?.position ?? 0, due.at(-1)?.count ?? 0);
      if (promised > last.position) add(cut(last.position, promised));
      else if (entries > 0) checkNoted(walk.noted, last, fits.isExplained(), add);
      for (const finding of walk.besides) add(finding);
      const { checkpoints, lastCheckpoint } = fits.result();
      return {
        workspaceId: walk.workspaceId,
        verdict,
        entries,
        checkpoints,
        lastCheckpoint,
        findings,
        found,
      };
    },
  };
}

/** The last entry walked over; a suspect one has been reported, and what follows from it is not reported again. */
interface Step {
  readonly position: number;
  readonly hash: string;
  readonly isSuspect: boolean;
}

function step(entry: ScannedEntry, last: Step, add: (finding: ChainFinding) => void): Step {
  const expected = last.position + 1;
  const where = `entry ${expected} (sequence ${entry.sequence})`;
  if (entry.actualHash !== entry.hash) {
    add({ verdict: "altered", position: expected, words: `${where} is not what was written` });
    // Its position may be what was altered, so that it is taken for the one that belongs here.
    return { position: expected, hash: entry.hash, isSuspect: true };
  }
  if (entry.position < expected) {
    const words = `after entry ${last.position}, sequence ${entry.sequence} was put in or moved: it says that it is entry ${entry.position}`;
    add({ verdict: "altered", position: last.position, words });
    return { ...last, isSuspect: true };
  }
  if (entry.position > expected) {
    const gone = entry.position === expected + 1 ? "1 entry is" : `${entry.position - expected} entries are`;
    const words = `after entry ${last.position}, ${gone} missing, before sequence ${entry.sequence}`;
    add({ verdict: "missing", position: last.position, words });
  } else if (entry.previousHash !== last.hash && !last.isSuspect) {
    const words = `${where} does not follow from the one before it: one of the two was written anew`;
    add({ verdict: "altered", position: expected, words });
  }
  return { position: entry.position, hash: entry.hash, isSuspect: false };
}

function fittingCheckpoints(due: readonly Checkpoint[], add: (finding: ChainFinding) => void) {
  let next = 0;
  // What was found since the last checkpoint that fits is why the next one does not.
  let isExplained = false;
  let checkpoints = 0;
  let lastCheckpoint: Checkpoint | undefined;
  return {
    /** Compares an entry with the checkpoints that were made when it was the newest. */
    pass(entry: ScannedEntry, { position, isSuspect }: Step, isFound: boolean): void {
      isExplained ||= isFound;
      for (; next < due.length; next += 1) {
        const checkpoint = due[next];
        if (!checkpoint || checkpoint.count > position) return;
        // Of an entry that is gone, or reported already, a checkpoint has nothing to say.
        if (checkpoint.count < position || isSuspect) continue;
        if (checkpoint.head === entry.hash && checkpoint.sequence === entry.sequence) {
          checkpoints += 1;
          lastCheckpoint = checkpoint;
          isExplained = false;
        } else if (!isExplained) {
          add({ verdict: "rewritten", position, words: rewritten(checkpoint, lastCheckpoint) });
        }
      }
    },
    isExplained: () => isExplained,
    result: () => ({ checkpoints, lastCheckpoint }),
  };
}

function rewritten({ count, at }: Checkpoint, fitting: Checkpoint | undefined): string {
  const from = fitting ? `after entry ${fitting.count} and` : "at some entry";
  return `${from} up to entry ${count} the log is not what the checkpoint of ${at} has seen`;
}

function cut(last: number, promised: number): ChainFinding {
  const gone = promised === last + 1 ? `entry ${promised} is` : `entries ${last + 1} to ${promised} are`;
  return { verdict: "cut", position: last, words: `${gone} cut off the end` };
}

function checkNoted(
  noted: ChainScan["noted"],
  last: Step,
  isExplained: boolean,
  add: (finding: ChainFinding) => void,
): void {
  if (isExplained || (noted?.position === last.position && noted.hash === last.hash)) return;
  const words = noted
    ? `the newest entry, ${last.position}, is not the one that the database has noted as the newest`
    : "the database's note of the newest entry is gone";
  add({ verdict: "rewritten", position: last.position, words });
}
