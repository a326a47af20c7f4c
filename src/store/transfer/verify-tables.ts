import { isProblem } from "../../domain/problem/problem.ts";
import { chainVerifier, type ChainVerifier } from "../../domain/audit/verify-chain.ts";
import { auditOrder } from "../audit/audit-row.ts";
import { startOf, type AnchorRow } from "../checkpoints/anchors.ts";
import { canonicalHash, genesisHash, rowHash } from "../crypto/chain-hash.ts";
import type { Seal } from "../crypto/seal.ts";
import { secretPlace, type SecretRow, type SecretTable } from "../secrets/sealed-secrets.ts";
import type { Row, Tables } from "./tables.ts";

/** What a table holds: how many rows, and a digest that does not depend on their order. */
export interface TableDigest {
  readonly rows: number;
  readonly digest: string;
}

/** Reads a whole table, and hands each row to `visit`. */
export async function digestTable(
  tables: Tables,
  table: string,
  columns: readonly string[],
  visit: (row: Row) => void,
): Promise<TableDigest> {
  let rows = 0;
  let sum = 0n;
  for await (const page of tables.pages(table, columns))
    for (const row of page) {
      rows += 1;
      sum = (sum + BigInt(`0x${canonicalHash(printable(row))}`)) % 2n ** 256n;
      visit(row);
    }
  return { rows, digest: sum.toString(16) };
}

function printable(row: Row): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value,
    ]),
  );
}

/** Recomputes the audit logs of all workspaces. */
export interface ChainChecks {
  pass(entry: Row): void;
  /** Names where a workspace's log begins, if its first entries were retired. */
  begin(anchor: Row): void;
  /** Names the newest entry of a workspace according to the database's own note. */
  note(head: Row): void;
  /** The first fault of each log, as phrases to show. */
  faults(): readonly string[];
  workspaces(): number;
}

export function chainChecks(): ChainChecks {
  const noted = new Map<string, { readonly position: number; readonly hash: string }>();
  const verifiers = new Map<string, ChainVerifier>();
  const anchors = new Map<string, AnchorRow>();
  const verifierOf = (workspaceId: string): ChainVerifier => {
    let known = verifiers.get(workspaceId);
    if (!known) {
      known = chainVerifier({
        workspaceId,
        genesis: genesisHash(workspaceId),
        // Moving checks no signatures. `audit verify` does.
        anchor: startOf(anchors.get(workspaceId), []).anchor,
        noted: noted.get(workspaceId),
        checkpoints: [],
        otherFindings: [],
      });
      verifiers.set(workspaceId, known);
    }
    return known;
  };
  return {
    begin: (row) => {
      const workspaceId = String(row["workspace_id"]);
      const [count, revision] = [Number(row["count"]), Number(row["revision"])];
      const before = anchors.get(workspaceId);
      if (before && (before.count > count || (before.count === count && before.revision > revision))) return;
      anchors.set(workspaceId, { workspaceId, count, revision, line: String(row["line"]) });
    },
    note: (head) =>
      void noted.set(String(head["workspace_id"]), {
        position: Number(head["position"]),
        hash: String(head["hash"]),
      }),
    pass: (entry) =>
      verifierOf(String(entry["workspace_id"])).pass({
        sequence: Number(entry["sequence"]),
        position: Number(entry["position"]),
        previousHash: String(entry["previous_hash"]),
        hash: String(entry["hash"]),
        actualHash: rowHash(entry, auditOrder),
      }),
    faults: () => {
      for (const workspaceId of noted.keys()) verifierOf(workspaceId);
      return [...verifiers].flatMap(([workspaceId, verifier]) => {
        const [finding] = verifier.report().findings;
        return finding ? [`${workspaceId}: ${finding.words}`] : [];
      });
    },
    workspaces: () => verifiers.size,
  };
}

/** Whether the secret of a row can be decrypted. */
export function isOpened(seal: Seal, table: SecretTable, row: Row): boolean {
  const { workspace_id: workspaceId = null, id = null, vendor = null, key_id: keyId, sealed } = row;
  if (!(sealed instanceof Uint8Array)) return false;
  // The columns of these tables are texts.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const secret = { table, workspaceId, id, vendor } as SecretRow;
  try {
    seal.open({ keyId: String(keyId), sealed }, secretPlace(secret), { owner: "it", remedy: "" });
    return true;
  } catch (error) {
    if (isProblem(error, "not_connected")) return false;
    throw error;
  }
}
