import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { ChainLink } from "../domain/audit-chain.ts";

/** SHA-256 in hex of a value's canonical JSON (RFC 8785); what is null or undefined in it is left out. */
export function canonicalHash(content: Readonly<Record<string, unknown>>): string {
  const said: Record<string, unknown> = {};
  for (const key in content) if (content[key] !== null) said[key] = content[key];
  return createHash("sha256").update(canonicalText(said)).digest("hex");
}

/** A value as canonical JSON, RFC 8785. */
export function canonicalText(value: unknown): string {
  return canonicalize(value) ?? "null";
}

/** What stands in place of a previous entry's hash before the first entry of a workspace. */
export function genesisHash(workspaceId: string): string {
  return canonicalHash({ genesis: "patchbay audit log", workspace_id: workspaceId });
}

/** The columns that tie a row to the one before it. */
export interface LinkColumns {
  readonly position: number;
  readonly previous_hash: string;
  readonly hash: string;
}

/** The hash that a row has to have: over all its columns as they are stored, but for the hash itself. */
export function rowHash(row: Readonly<Record<string, unknown>>): string {
  return canonicalHash({ ...row, hash: null });
}

/** Ties a row, complete with its sequence, to the newest one of its workspace. */
export function linkColumns(
  row: Readonly<Record<string, unknown>>,
  newest: Pick<ChainLink, "position" | "hash">,
): LinkColumns {
  const tied = { position: newest.position + 1, previous_hash: newest.hash };
  return { ...tied, hash: rowHash({ ...row, ...tied }) };
}
