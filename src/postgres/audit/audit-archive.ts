import pg from "pg";
import type { AuditArchive } from "../../domain/audit/audit-archive.ts";
import type { Log } from "../../domain/ports/log.ts";
import { readIfThere } from "../../store/checkpoints/checkpoint-file.ts";
import {
  publicKeys,
  publicPem,
  readSigningKey,
  type CheckpointKey,
} from "../../store/checkpoints/checkpoint-key.ts";
import { connectToCurrentPostgres } from "../connection/open-connections.ts";
import { connectionOptions, serverLimits } from "../connection/pool.ts";
import { postgresFault } from "../connection/postgres-fault.ts";
import { postgresQueries } from "../connection/postgres-queries.ts";
import type { PostgresUrl } from "../connection/postgres-url.ts";
import { checkpointCopy } from "./checkpoint-copy.ts";
import { checkpointWatch } from "./checkpoint-watch.ts";
import { phraseOf } from "./checkpoints.ts";
import { verifyPostgres } from "./verify-postgres.ts";

/** Where the signing key and this machine's copy of the checkpoints are, if there are any. */
export interface PostgresArchiveOptions {
  readonly keyPath: string | undefined;
  readonly file: string | undefined;
  readonly log: Log;
}

/** Sorting a long log takes a while. */
const answerMs = 30 * 60_000;

/** The archive of a PostgreSQL database. Throws an ordinary error with a readable message. */
export async function openPostgresArchive(
  url: PostgresUrl,
  { keyPath, file, log }: PostgresArchiveOptions,
): Promise<AuditArchive> {
  const connections = await connectToCurrentPostgres(url, log);
  const database = postgresQueries(connections);
  const pem = (): string | undefined => (keyPath === undefined ? undefined : readIfThere(keyPath));
  const ownKeys = (): readonly CheckpointKey[] => {
    const own = pem();
    return own === undefined ? [] : publicKeys(own, keyPath ?? "");
  };
  return {
    publicKey() {
      const [key] = ownKeys();
      if (key) return publicPem(key);
      throw new Error(
        "There is no key yet. Set AUDIT_SIGNING_KEY_PATH to the key that the servers sign with.",
      );
    },

    async *verify({ workspaceId, checkpoints, publicKeys: given }) {
      const keys = given === undefined ? ownKeys() : publicKeys(given, "--public-key");
      const client = new pg.Client(connectionOptions(url, { ...serverLimits, readMs: answerMs }));
      // What is asked on a broken connection fails by itself.
      client.on("error", () => undefined);
      try {
        await client.connect();
        await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        if (keys.length === 0 && (await hasCheckpoints(client, checkpoints))) throw withoutKey();
        const copy = (file === undefined ? undefined : readIfThere(file)) ?? "";
        const hidden = await database.faults();
        yield* verifyPostgres(client, { workspaceId, checkpoints, keys, copy, hidden });
      } catch (error) {
        throw postgresFault(url, error);
      } finally {
        await client.end();
      }
    },

    databaseFaults: async () => database.faults(),

    async checkpointFaults() {
      const own = pem();
      if (own === undefined) return [];
      const key = readSigningKey(own, keyPath ?? "");
      // Looks, and copies nothing: that is for the server.
      const copy = { ...checkpointCopy(file, key, log), add: () => undefined };
      return (await checkpointWatch({ database, key, copy }).look()).faults.map(phraseOf);
    },

    unsignedReason() {
      if (pem() !== undefined) return undefined;
      return keyPath === undefined ? "AUDIT_SIGNING_KEY_PATH is not set" : `there is no key ${keyPath}`;
    },

    async backup() {
      const fault =
        "`patchbay backup` copies a SQLite file. For PostgreSQL use pg_dump, or your provider's backups.";
      const check = "DATABASE_URL=postgres://…/copy patchbay audit verify --public-key audit-key.pub";
      throw new Error(`${fault} Then restore a copy and check it: ${check}`);
    },

    close: async () => connections.pool.end(),
  };
}

async function hasCheckpoints(client: pg.Client, given: string | undefined): Promise<boolean> {
  if (given !== undefined) return given.trim() !== "";
  return (await client.query("SELECT 1 FROM audit_checkpoints LIMIT 1")).rowCount === 1;
}

function withoutKey(): Error {
  const fault = "There is no key to check the checkpoints with.";
  return new Error(`${fault} Set AUDIT_SIGNING_KEY_PATH, or give their public key with --public-key.`);
}
