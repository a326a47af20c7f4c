import { sign, verify } from "node:crypto";
import { z } from "zod";
import type { ChainFinding, Checkpoint } from "../../domain/audit/audit-chain.ts";
import { canonicalText } from "../crypto/chain-hash.ts";
import type { CheckpointKey, SigningKey } from "./checkpoint-key.ts";

const hex64 = z.string().regex(/^[0-9a-f]{64}$/u);
const whole = z.int().positive();
// Strict: a line may contain nothing that its signature does not cover.
const lineSchema = z.strictObject({
  at: z.iso.datetime(),
  count: whole,
  epoch: whole.optional(),
  head: hex64,
  key: z.string(),
  sequence: whole,
  workspace_id: z.string().min(1),
  signature: z.base64(),
});

/** A checkpoint as one line of JSON, signed with Ed25519 over the canonical JSON (RFC 8785) of its other fields. */
export function checkpointLine(checkpoint: Checkpoint, { id, privateKey }: SigningKey): string {
  const { workspaceId: workspace_id, ...rest } = checkpoint;
  const said = { ...rest, workspace_id, key: id };
  const signature = sign(null, Buffer.from(canonicalText(said)), privateKey).toString("base64");
  return canonicalText({ ...said, signature });
}

/** A checkpoint, or why a line is none, and what that line says that it is about. */
export interface ReadLine {
  readonly checkpoint?: Checkpoint;
  readonly fault?: string;
  readonly names?: { readonly workspace_id: string; readonly count: number } | undefined;
}

/** Reads one line and verifies its signature. */
export function readCheckpoint(line: string, keys: readonly CheckpointKey[]): ReadLine {
  const read = lineSchema.safeParse(parsed(line));
  if (!read.success) return { fault: "is not a checkpoint" };
  const { signature, ...said } = read.data;
  const key = keys.find(({ id }) => id === said.key);
  if (!key) return { fault: "is signed with a key that was not given", names: said };
  if (!verify(null, Buffer.from(canonicalText(said)), key.key, Buffer.from(signature, "base64")))
    return { fault: "does not have the signature that it needs", names: said };
  const { workspace_id: workspaceId, sequence, count, epoch, head, at } = said;
  return { checkpoint: { workspaceId, sequence, count, head, at, ...(epoch ? { epoch } : {}) } };
}

/** An invalid line of a checkpoint file, and the workspace that it names. */
export interface ForgedLine extends ChainFinding {
  readonly workspaceId: string | undefined;
}

/**
 * Reads the lines of a checkpoint file and verifies each signature. A crash may have truncated the last line. Returns
 * no checkpoints from before a workspace's last acceptance.
 */
export function readCheckpoints(
  text: string,
  keys: readonly CheckpointKey[],
): { readonly checkpoints: readonly Checkpoint[]; readonly forged: readonly ForgedLine[] } {
  const checkpoints: Checkpoint[] = [];
  const forged: ForgedLine[] = [];
  const lines = text.split("\n");
  const torn = lines.pop();
  if (torn && isJson(torn)) lines.push(torn);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const { checkpoint, fault, names } = readCheckpoint(line, keys);
    if (checkpoint) checkpoints.push(checkpoint);
    else {
      const words = `line ${index + 1} of the checkpoints ${fault}`;
      forged.push({ verdict: "forged", position: names?.count, words, workspaceId: names?.workspace_id });
    }
  }
  return { checkpoints: ofNewestEpoch(checkpoints), forged };
}

/** Compares two checkpoints of one workspace: negative if `a` is older. */
export function compareCheckpoints(a: Checkpoint, b: Checkpoint): number {
  return (a.epoch ?? 0) - (b.epoch ?? 0) || a.count - b.count;
}

/** The newest checkpoint of each workspace. */
export function newestCheckpoints(checkpoints: readonly Checkpoint[]): Map<string, Checkpoint> {
  const newest = new Map<string, Checkpoint>();
  for (const one of checkpoints) {
    const other = newest.get(one.workspaceId);
    if (!other || compareCheckpoints(one, other) >= 0) newest.set(one.workspaceId, one);
  }
  return newest;
}

function ofNewestEpoch(checkpoints: readonly Checkpoint[]): readonly Checkpoint[] {
  const newest = newestCheckpoints(checkpoints);
  return checkpoints.filter(({ workspaceId, epoch }) => epoch === newest.get(workspaceId)?.epoch);
}

/** Whether a line is complete. */
export function isJson(line: string): boolean {
  return parsed(line) !== undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
