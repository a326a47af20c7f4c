import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { ChainLink } from "../../domain/audit/audit-chain.ts";
import { ownValue } from "../../domain/shared/own-value.ts";

/** SHA-256 in hex of a value's canonical JSON (RFC 8785), without null and undefined. */
export function canonicalHash(content: Readonly<Record<string, unknown>>): string {
  return sha256(canonicalRecord(content));
}

export function canonicalText(value: unknown): string {
  return canonicalize(value) ?? "null";
}

/** The previous hash of a workspace's first entry. */
export function genesisHash(workspaceId: string): string {
  return canonicalHash({ genesis: "patchbay audit log", workspace_id: workspaceId });
}

/** The columns that link a row to the one before. */
export interface LinkColumns {
  readonly position: number;
  readonly previous_hash: string;
  readonly hash: string;
}

/** The expected hash of a row, over all its stored columns except the hash itself. */
export function rowHash(row: Readonly<Record<string, unknown>>, order?: NameOrder): string {
  return sha256(canonicalRecord(row, order, "hash"));
}

/** Links a row, complete with its sequence, to the newest row of its workspace. */
export function linkColumns(
  row: Readonly<Record<string, unknown>>,
  newest: Pick<ChainLink, "position" | "hash">,
  order?: NameOrder,
): LinkColumns {
  const tied = { position: newest.position + 1, previous_hash: newest.hash };
  return { ...tied, hash: rowHash({ ...row, ...tied }, order) };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

interface Name {
  readonly name: string;
  /** The column name as JSON, followed by a colon. */
  readonly label: string;
}

/** Names in the order of canonical JSON. */
export interface NameOrder {
  readonly names: ReadonlySet<string>;
  readonly sorted: readonly Name[];
}

/**
 * Computed once for a table: sorting and quoting the names for every entry took several times as long as the hash
 * itself.
 */
export function nameOrder(names: readonly string[]): NameOrder {
  const sorted = names.toSorted(byCodeUnit).map((name) => ({ name, label: `${canonicalText(name)}:` }));
  return { names: new Set(names), sorted };
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** A record as canonical JSON, without null, undefined and the excluded column. */
function canonicalRecord(
  content: Readonly<Record<string, unknown>>,
  order?: NameOrder,
  leftOut?: string,
): string {
  const names = Object.keys(content);
  const { sorted } = order && names.every((name) => order.names.has(name)) ? order : nameOrder(names);
  let members = "";
  for (const { name, label } of sorted) {
    const value = ownValue(content, name);
    if (value === null || value === undefined || name === leftOut) continue;
    members += `${members === "" ? "" : ","}${label}${canonicalValue(value)}`;
  }
  return `{${members}}`;
}

// For texts and numbers, canonical JSON equals JSON.stringify. The library rejects invalid values.
function canonicalValue(value: unknown): string {
  const plain = typeof value === "string" ? value.isWellFormed() : Number.isFinite(value);
  return plain ? JSON.stringify(value) : canonicalText(value);
}
