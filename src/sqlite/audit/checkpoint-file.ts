import { sign, verify } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeFileSync,
} from "node:fs";
import { z } from "zod";
import type { ChainFinding, Checkpoint } from "../../domain/audit/audit-chain.ts";
import { canonicalText } from "../../store/crypto/chain-hash.ts";
import type { CheckpointKey, SigningKey } from "./signing-key.ts";

const hex64 = z.string().regex(/^[0-9a-f]{64}$/u);
const whole = z.int().positive();
// Strict: a line may contain nothing that its signature does not cover.
const lineSchema = z.strictObject({
  at: z.iso.datetime(),
  count: whole,
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

/** An invalid line of a checkpoint file, and the workspace that it names. */
export interface ForgedLine extends ChainFinding {
  readonly workspaceId: string | undefined;
}

/** Reads the lines of a checkpoint file and verifies each signature. A crash may have truncated the last line. */
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
    const read = lineSchema.safeParse(parsed(line));
    const forge = (why: string): void => {
      const words = `line ${index + 1} of the checkpoints ${why}`;
      const workspaceId = read.data?.workspace_id;
      forged.push({ verdict: "forged", position: read.data?.count, words, workspaceId });
    };
    if (!read.success) {
      forge("is not a checkpoint");
      continue;
    }
    const { signature, ...said } = read.data;
    const key = keys.find(({ id }) => id === said.key);
    if (!key) {
      forge("is signed with a key that was not given");
    } else if (verify(null, Buffer.from(canonicalText(said)), key.key, Buffer.from(signature, "base64"))) {
      const { workspace_id: workspaceId, sequence, count, head, at } = said;
      checkpoints.push({ workspaceId, sequence, count, head, at });
    } else {
      forge("does not have the signature that it needs");
    }
  }
  return { checkpoints, forged };
}

/** Appends one or more lines durably, after removing a truncated last line. Throws what node:fs throws. */
export function appendLine(path: string, line: string): void {
  const fd = openSync(path, "a+", 0o600);
  try {
    // It contains no secrets, but how active each workspace is should stay private.
    if ((fstatSync(fd).mode & 0o077) !== 0) fchmodSync(fd, 0o600);
    const rest = unendedLine(fd);
    const isTorn = rest.length > 0 && !isJson(rest.toString("utf8"));
    if (isTorn) ftruncateSync(fd, fstatSync(fd).size - rest.length);
    // Everything or an error: what a full disk accepted of a line is removed before the next one.
    writeFileSync(fd, rest.length > 0 && !isTorn ? `\n${line}\n` : `${line}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

// A line is far shorter than this.
const tailBytes = 4_096;

function unendedLine(fd: number): Buffer {
  const { size } = fstatSync(fd);
  const tail = Buffer.alloc(Math.min(size, tailBytes));
  readSync(fd, tail, 0, tail.length, size - tail.length);
  return tail.subarray(tail.lastIndexOf("\n") + 1);
}

function isJson(line: string): boolean {
  return parsed(line) !== undefined;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
