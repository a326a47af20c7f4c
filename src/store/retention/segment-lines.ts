import { z } from "zod";
import type { Segment } from "../../domain/audit/anchor.ts";
import { chainVerifier } from "../../domain/audit/verify-chain.ts";
import type { SegmentReport } from "../../domain/ports/retention.ts";
import { auditOrder } from "../audit/audit-row.ts";
import type { CheckpointKey } from "../checkpoints/checkpoint-key.ts";
import { canonicalText, rowHash, type LinkColumns } from "../crypto/chain-hash.ts";
import { readAnchor } from "../checkpoints/anchor-line.ts";

const title = "Patchbay audit log segment";
const firstLine = z.strictObject({
  format: z.literal(title),
  version: z.literal(1),
  workspace_id: z.string(),
  month: z.string(),
  first: z.number(),
  previous_hash: z.string(),
});

/** A row as it is stored. */
export type StoredEntry = LinkColumns & Readonly<Record<string, unknown>> & { readonly sequence: number };

/** The first line of a segment's file. */
export function titleLine({ workspaceId, month, first, previousHash }: Segment): string {
  const said = { workspace_id: workspaceId, month, first, previous_hash: previousHash };
  return canonicalText({ format: title, version: 1, ...said });
}

/** An entry's line: every column that is not empty, so that its hash can be computed again. */
export function entryLine(row: StoredEntry): string {
  return canonicalText(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
}

/**
 * Verifies the lines of a segment's file: each entry is unchanged, each follows from the one before it, and the last line is
 * the anchor of exactly these entries.
 */
export async function verifySegmentLines(
  lines: AsyncIterable<string>,
  keys: readonly CheckpointKey[],
): Promise<SegmentReport> {
  const bad = (words: string): SegmentReport => ({
    anchor: undefined,
    isSigned: false,
    entries: 0,
    findings: [words],
  });
  let verifier: ReturnType<typeof verifierOf> | undefined;
  let begun: z.infer<typeof firstLine> | undefined;
  let waiting: string | undefined;
  let entries = 0;
  for await (const line of lines) {
    if (!verifier) {
      begun = firstLine.safeParse(parsed(line)).data;
      if (!begun) return bad("it is not a segment of an audit log");
      verifier = verifierOf(begun);
      continue;
    }
    // The last line is the anchor.
    if (waiting !== undefined) {
      const fault = verifier.pass(waiting);
      if (fault !== undefined) return bad(`line ${entries + 2} ${fault}`);
      entries += 1;
    }
    waiting = line;
  }
  const anchor = waiting === undefined ? undefined : readAnchor(waiting, keys);
  if (!verifier || !begun || !anchor) return bad("it ends without its anchor: it was cut off");
  const findings = verifier.findings();
  const { newest } = verifier;
  const isOfThis =
    anchor.workspaceId === begun.workspace_id &&
    anchor.month === begun.month &&
    anchor.first === begun.first &&
    anchor.previousHash === begun.previous_hash;
  if (!isOfThis) findings.push("its anchor is the one of another segment");
  else if (
    newest?.hash !== anchor.head ||
    newest.position !== anchor.count ||
    newest.sequence !== anchor.sequence
  )
    findings.push(`its anchor names entry ${anchor.count} as the last one, and that is not its last entry`);
  if (!anchor.isSigned && keys.length > 0) findings.push("its anchor is not signed by the key");
  return { anchor, isSigned: anchor.isSigned, entries, findings };
}

function verifierOf({ workspace_id: workspaceId, first, previous_hash: hash }: z.infer<typeof firstLine>) {
  const start = { month: "", position: first - 1, hash, isSigned: false };
  let newest: StoredEntry | undefined;
  // What it notes as the newest entry is the last line, which is compared with the anchor.
  const scan = {
    workspaceId,
    genesis: hash,
    anchor: start,
    get noted() {
      return newest;
    },
    checkpoints: [],
    otherFindings: [],
  };
  const verifier = chainVerifier(scan);
  return {
    get newest() {
      return newest;
    },
    pass(line: string): string | undefined {
      const row = entrySchema.safeParse(parsed(line)).data;
      if (!row) return "is not an entry";
      if (row["workspace_id"] !== workspaceId) return "is an entry of another workspace";
      newest = row;
      const { sequence, position, previous_hash: previousHash } = row;
      verifier.pass({
        sequence,
        position,
        previousHash,
        hash: row.hash,
        actualHash: rowHash(row, auditOrder),
      });
      return undefined;
    },
    findings: () => verifier.report().findings.map(({ words }) => words),
  };
}

const entrySchema = z.looseObject({
  sequence: z.number(),
  position: z.number(),
  previous_hash: z.string(),
  hash: z.string(),
});

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
