import { mostSevere } from "./audit-chain.ts";
import type { ChainFinding, ChainLink, ChainReport, Checkpoint, StartingAnchor } from "./audit-chain.ts";

/** A stored entry during verification: its link in the chain, and the hash of its actual content. */
export interface ScannedEntry extends ChainLink {
  readonly sequence: number;
  /** The hash recomputed from everything that is stored for the entry. */
  readonly actualHash: string;
}

/** Everything that the verdict on one workspace's chain is based on. */
export interface ChainScan {
  readonly workspaceId: string;
  /** The required `previousHash` of the first entry. */
  readonly genesis: string;
  /** Where the log begins instead, if its first entries were retired. */
  readonly anchor?: StartingAnchor | undefined;
  readonly isHeld?: boolean | undefined;
  /** The newest entry according to the database's own note, stored apart from the log. */
  readonly noted: Pick<ChainLink, "position" | "hash"> | undefined;
  /** Only checkpoints with a valid signature. */
  readonly checkpoints: readonly Checkpoint[];
  /** Faults of this workspace that were found elsewhere: in the checkpoint file, or in the database's indexes. */
  readonly otherFindings: readonly ChainFinding[];
}

const mostFindings = 100;

/** Verifies one chain entry by entry, with constant memory. */
export interface ChainVerifier {
  /** Checks the next entry, in order of sequence. */
  pass(entry: ScannedEntry): void;
  /** The result, after all entries were passed. */
  report(): ChainReport;
}

export function chainVerifier(scan: ChainScan): ChainVerifier {
  const findings: ChainFinding[] = [];
  let found = 0;
  let verdict: ChainReport["verdict"] = "intact";
  const add = (finding: ChainFinding): void => {
    found += 1;
    verdict = mostSevere([verdict, finding.verdict]);
    if (findings.length < mostFindings) findings.push(finding);
  };
  const { anchor } = scan;
  const due = scan.checkpoints.toSorted((a, b) => a.count - b.count);
  // What a checkpoint says about removed entries can no longer be compared.
  const fits = fittingCheckpoints(
    due.filter(({ count }) => count > (anchor?.position ?? 0)),
    add,
  );
  for (const { count, head, at } of due)
    if (anchor && count === anchor.position && head !== anchor.hash)
      add({
        verdict: "rewritten",
        position: count,
        words: `the anchor at entry ${count} does not match the checkpoint of ${at}`,
      });

  let entries = 0;
  let waiting = 0;
  let last: Step = { position: anchor?.position ?? 0, hash: anchor?.hash ?? scan.genesis, isSuspect: false };
  return {
    pass: (entry) => {
      entries += 1;
      const before = found;
      const isWaiting = anchor !== undefined && entry.position <= anchor.position;
      // Entries that the anchor covers and that are still here are checked too: they lead to it.
      if (isWaiting && entries === 1)
        last = { position: entry.position - 1, hash: entry.previousHash, isSuspect: false };
      last = step(entry, last, add);
      if (isWaiting) waiting += 1;
      if (entry.position === anchor?.position && last.hash !== anchor.hash && found === before)
        add({ verdict: "rewritten", position: entry.position, words: notAnchored(entry.position) });
      fits.pass(entry, last, found > before);
    },
    report: () => {
      const promised = Math.max(scan.noted?.position ?? 0, due.at(-1)?.count ?? 0);
      if (promised > last.position) add(cut(last.position, promised));
      else if (entries > 0 || anchor) checkNoted(scan.noted, last, fits.isExplained(), add);
      for (const finding of scan.otherFindings) add(finding);
      const { checkpoints, lastCheckpoint } = fits.result();
      return {
        workspaceId: scan.workspaceId,
        verdict,
        entries,
        checkpoints,
        lastCheckpoint,
        ...(anchor ? { anchor, waiting } : {}),
        ...(scan.isHeld ? { isHeld: true } : {}),
        findings,
        found,
      };
    },
  };
}

/** A report of findings that belong to no workspace's log. */
export function reportWithoutLog(findings: readonly ChainFinding[]): ChainReport {
  return {
    workspaceId: undefined,
    verdict: mostSevere(findings.map(({ verdict }) => verdict)),
    entries: 0,
    checkpoints: 0,
    lastCheckpoint: undefined,
    findings: findings.slice(0, mostFindings),
    found: findings.length,
  };
}

/** The last entry that was passed. If it is suspect, it was reported, and its consequences are not reported again. */
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
    // Its position may be the part that was altered, so the expected position is used.
    return { position: expected, hash: entry.hash, isSuspect: true };
  }
  if (entry.position < expected) {
    const words = `after entry ${last.position}, sequence ${entry.sequence} was inserted or moved: it is numbered as entry ${entry.position}`;
    add({ verdict: "altered", position: last.position, words });
    return { ...last, isSuspect: true };
  }
  if (entry.position > expected) {
    const gone = entry.position === expected + 1 ? "1 entry is" : `${entry.position - expected} entries are`;
    const words = `after entry ${last.position}, ${gone} missing, before sequence ${entry.sequence}`;
    add({ verdict: "missing", position: last.position, words });
  } else if (entry.previousHash !== last.hash && !last.isSuspect) {
    const words = `${where} does not follow from the one before it: one of the two was rewritten`;
    add({ verdict: "altered", position: expected, words });
  }
  return { position: entry.position, hash: entry.hash, isSuspect: false };
}

function fittingCheckpoints(due: readonly Checkpoint[], add: (finding: ChainFinding) => void) {
  let next = 0;
  // A fault that was already found since the last matching checkpoint explains why the next one does not match.
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
        // A checkpoint cannot be compared with an entry that is missing or already reported.
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
  return `${from} up to entry ${count} the log does not match the checkpoint of ${at}`;
}

function cut(last: number, promised: number): ChainFinding {
  const gone = promised === last + 1 ? `entry ${promised} is` : `entries ${last + 1} to ${promised} are`;
  return { verdict: "cut", position: last, words: `${gone} cut off the end` };
}

function notAnchored(position: number): string {
  return `entry ${position} is not the one that the anchor names as the last one that was retired`;
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
