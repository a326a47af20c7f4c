import { sign, verify } from "node:crypto";
import { z } from "zod";
import type { Anchor, ReadAnchor } from "../../domain/audit/anchor.ts";
import type { CheckpointKey, SigningKey } from "./checkpoint-key.ts";
import { canonicalText } from "../crypto/chain-hash.ts";

const hex64 = z.string().regex(/^[0-9a-f]{64}$/u);
const whole = z.int().positive();
// Strict: a line may contain nothing that its signature does not cover.
const lineSchema = z.strictObject({
  anchor: z.string().regex(/^\d{4}-\d{2}$/u),
  at: z.iso.datetime(),
  count: whole,
  first: whole,
  head: hex64,
  previous_hash: hex64,
  sequence: whole,
  workspace_id: z.string().min(1),
  key: z.string().optional(),
  signature: z.base64().optional(),
});

/** An anchor as one line of JSON, signed with Ed25519 over the canonical JSON (RFC 8785) of its other fields if there is a key. */
export function anchorLine(
  { workspaceId, month, previousHash, ...rest }: Anchor,
  key: SigningKey | undefined,
): string {
  const said = { ...rest, anchor: month, workspace_id: workspaceId, previous_hash: previousHash };
  if (!key) return canonicalText(said);
  const signed = { ...said, key: key.id };
  const signature = sign(null, Buffer.from(canonicalText(signed)), key.privateKey).toString("base64");
  return canonicalText({ ...signed, signature });
}

/** Reads a line; undefined if it is no anchor. It is signed only if one of the keys has signed it. */
export function readAnchor(line: string, keys: readonly CheckpointKey[]): ReadAnchor | undefined {
  const read = lineSchema.safeParse(parsed(line));
  if (!read.success) return undefined;
  const { signature = "", ...said } = read.data;
  const key = keys.find(({ id }) => id === said.key);
  const { anchor: month, workspace_id: workspaceId, previous_hash: previousHash } = said;
  const { first, count, sequence, head, at } = said;
  const isSigned =
    key !== undefined &&
    verify(null, Buffer.from(canonicalText(said)), key.key, Buffer.from(signature, "base64"));
  return { workspaceId, month, first, count, sequence, previousHash, head, at, isSigned };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
