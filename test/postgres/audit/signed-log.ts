import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import type pg from "pg";
import { openPostgresArchive } from "../../../src/postgres/audit/audit-archive.ts";
import { acceptPostgresLog } from "../../../src/postgres/audit/accept-log.ts";
import { postgresCheckpoints } from "../../../src/postgres/audit/checkpoints.ts";
import { sharedSigningKey } from "../../../src/postgres/audit/postgres-key.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { readPostgresUrl } from "../../../src/postgres/connection/postgres-url.ts";
import { safeguards } from "../../../src/postgres/migrations/audit-safeguards.ts";
import { genesisHash, linkColumns } from "../../../src/store/crypto/chain-hash.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { temporaryFolder, testSeal } from "../../sqlite/support.ts";
import { reportsOf, type SignedLog } from "../../store/checkpoints/checkpoints-contract.ts";
import { requested } from "../../store/events.ts";
import { testConnections, testPostgres } from "../support.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A PEM text of a new key. */
export function newKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** A signed log in a PostgreSQL database of its own; `owner` is a connection of somebody who may do everything. */
export async function signedPostgres() {
  const { owner: ownerUrl, app } = await testPostgres();
  const owner = testConnections(ownerUrl).pool;
  const server = testConnections(app);
  const database = postgresQueries(server);
  const keyPath = join(temporaryFolder(), "audit-key.pem");
  writeFileSync(keyPath, newKey(), { mode: 0o600 });
  let offsetMs = 0;
  let count = 0;
  const now = () => new Date(Date.now() + offsetMs);
  const monotonicMs = () => performance.now() + offsetMs;
  const store = databaseStore(database, testSeal("k1"), {
    now,
    newId: (prefix) => `${prefix}_${(count += 1)}`,
  });
  const unguarded = async (act: () => Promise<unknown>) => unguardedBy(owner, act);
  const rowsOf = async (workspaceId: string) =>
    (
      await owner.query<StoredRow>("SELECT * FROM audit_entries WHERE workspace_id = $1 ORDER BY sequence", [
        workspaceId,
      ])
    ).rows;
  const log: SignedLog = {
    append: async (entries, workspaceId = "T1") => {
      for (let n = 0; n < entries; n += 1)
        await store.workspace(workspaceId).audit.append(requested((count += 1)));
    },
    serve: async () => serve(),
    pass: (ms) => void (offsetMs += ms),
    accept: async () => accept(),
    verify: async () =>
      reportsOf(await openPostgresArchive(readPostgresUrl(app), { keyPath, file: undefined, log: quiet })),
    signed: async () => {
      const { rows } = await owner.query<{ line: string }>(
        "SELECT workspace_id || ' ' || count AS line FROM audit_checkpoints ORDER BY number",
      );
      return rows.map(({ line }) => line);
    },
    tamper: {
      cut: async (workspaceId, kept) =>
        unguarded(async () => {
          await owner.query("DELETE FROM audit_entries WHERE workspace_id = $1 AND position > $2", [
            workspaceId,
            kept,
          ]);
          await noteNewest(workspaceId, (await rowsOf(workspaceId)).at(-1));
        }),
      alter: async (workspaceId, position) =>
        unguarded(async () =>
          owner.query(
            "UPDATE audit_entries SET reason = 'another' WHERE workspace_id = $1 AND position = $2",
            [workspaceId, position],
          ),
        ),
      rewrite: async (workspaceId) =>
        unguarded(async () => {
          let newest = { position: 0, hash: genesisHash(workspaceId) };
          for (const row of await rowsOf(workspaceId)) {
            const { position: _position, previous_hash: _previous, hash: _hash, ...content } = row;
            const other = row.position === 1 ? { ...content, reason: "another" } : content;
            const { previous_hash: previous, hash } = linkColumns(other, newest);
            await owner.query(
              "UPDATE audit_entries SET reason = $1, previous_hash = $2, hash = $3 WHERE sequence = $4",
              [other["reason"], previous, hash, row.sequence],
            );
            newest = { position: row.position, hash };
          }
          await noteNewest(workspaceId, (await rowsOf(workspaceId)).at(-1));
        }),
      dropCheckpoints: async () => {
        await unguarded(async () => owner.query("DELETE FROM audit_checkpoints"));
        await owner.query("DELETE FROM signed_checkpoints");
      },
      replaceCheckpoint: async () =>
        unguarded(async () =>
          owner.query(
            `UPDATE audit_checkpoints SET count = 4, line = replace(line, '"count":5', '"count":4')`,
          ),
        ),
    },
  };
  async function noteNewest(workspaceId: string, row: StoredRow | undefined): Promise<void> {
    await owner.query(
      "UPDATE audit_heads SET sequence = $1, position = $2, hash = $3 WHERE workspace_id = $4",
      [row?.sequence, row?.position, row?.hash, workspaceId],
    );
  }
  async function serve({ file, isLast = true }: { readonly file?: string; readonly isLast?: boolean } = {}) {
    const checkpoints = postgresCheckpoints({
      database,
      key: sharedSigningKey(keyPath),
      file,
      log: quiet,
      now,
      monotonicMs,
      isLast: async () => isLast,
      every: () => () => undefined,
    });
    await checkpoints.start();
    return checkpoints;
  }
  async function accept(file?: string) {
    return acceptPostgresLog(database, {
      key: sharedSigningKey(keyPath),
      file,
      log: quiet,
      record: async (workspaceId, faults) => {
        await store.workspace(workspaceId).audit.append({
          kind: "checkpoints.accepted",
          actor: { kind: "cli", osUser: "ops" },
          requestId: `req_${(count += 1)}`,
          details: { faults: faults.join("; ") },
        });
      },
    });
  }
  return { log, serve, accept, owner, app: server.pool, appUrl: app, ownerUrl, keyPath, unguarded };
}

/** Two checkpoints of T1, of two and of five entries. */
export async function signedTwice() {
  const all = await signedPostgres();
  const server = await all.serve();
  await all.log.append(2);
  await server.makeFirst();
  await all.log.append(3);
  await server.makeAll();
  return { ...all, server };
}

/** What verifying says of each log. */
export async function verdictOf({ log }: Awaited<ReturnType<typeof signedPostgres>>) {
  return (await log.verify()).map(({ verdict }) => verdict);
}

type StoredRow = Record<string, unknown> & {
  readonly sequence: number;
  readonly position: number;
  readonly hash: string;
};

/** Does what the triggers prevent, and puts them back. */
async function unguardedBy(owner: pg.Pool, act: () => Promise<unknown>): Promise<void> {
  const each = async (sql: string) => {
    for (const { name, table } of safeguards)
      await owner.query(`ALTER TABLE ${table} ${sql} TRIGGER ${name}`);
  };
  await each("DISABLE");
  await act();
  await each("ENABLE ALWAYS");
}
