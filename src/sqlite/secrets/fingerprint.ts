import { createHmac, randomBytes } from "node:crypto";
import { isProblem } from "../../domain/problem.ts";
import type { Credentials } from "../../domain/vendor.ts";
import { prepared } from "../connection/database.ts";
import type { SqliteDatabase } from "../connection/database.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";

/**
 * Eight hex digits that tell one key of a workspace from another: the same credentials have the same ones there, and
 * other ones in another workspace. To be called inside a write transaction.
 *
 * They are the start of an HMAC, because a plain hash of a short or guessable key could be tried out by whoever reads
 * the audit log. Its key is random and kept sealed in the database: not one of CREDENTIAL_KEYS, which come and go, so
 * that a key that is entered again after a rotation still shows as the same one; and not in the open, so that a stolen
 * database alone does not allow guessing either.
 */
export function fingerprint(
  db: SqliteDatabase,
  seal: Seal,
  workspaceId: string,
  credentials: Credentials,
): string {
  const fields = Object.entries(credentials).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const hmac = createHmac("sha256", fingerprintKey(db, seal));
  return hmac
    .update(JSON.stringify([workspaceId, fields]))
    .digest("hex")
    .slice(0, 8);
}

/** Where the key of the fingerprints is sealed for. */
export const fingerprintPlace: readonly string[] = ["fingerprint"];
const subject = { owner: "the fingerprints", remedy: "A new one is made." };

function fingerprintKey(db: SqliteDatabase, seal: Seal): Buffer {
  const stored = prepared<Sealed>(db, "SELECT key_id AS keyId, sealed FROM fingerprint_key").get();
  const opened = stored && openOrForget(stored, seal);
  const key = opened ?? randomBytes(32).toString("base64");
  // Sealed again with the newest key, so that it outlives the older ones.
  if (opened === undefined || stored?.keyId !== seal.newestKeyId) {
    const { keyId, sealed } = seal.seal(key, fingerprintPlace);
    prepared(db, "INSERT OR REPLACE INTO fingerprint_key (only, key_id, sealed) VALUES (1, ?, ?)").run(
      keyId,
      sealed,
    );
  }
  return Buffer.from(key, "base64");
}

// A lost key costs no more than that a key entered again shows as another: stored fingerprints stay as they are.
function openOrForget(stored: Sealed, seal: Seal): string | undefined {
  try {
    return seal.open(stored, fingerprintPlace, subject);
  } catch (error) {
    if (isProblem(error, "not_connected")) return undefined;
    throw error;
  }
}
