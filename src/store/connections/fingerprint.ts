import { createHmac, randomBytes } from "node:crypto";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Credentials } from "../../domain/vendor/vendor.ts";
import { row, run, type Work } from "../database/database.ts";
import type { Seal, Sealed } from "../crypto/seal.ts";

/**
 * Eight hex digits that identify credentials within a workspace: the same credentials have the same digits there,
 * and other digits in another workspace. Call it inside a write transaction. They are the start of an HMAC, because
 * a plain hash of a guessable key could be tried out by people who read the audit log. Its key is random and stored
 * encrypted: it is not one of CREDENTIAL_KEYS, which rotate, so credentials keep their fingerprint; and it is not
 * stored in the open, so a stolen database does not allow guessing.
 */
export function* fingerprint(seal: Seal, workspaceId: string, credentials: Credentials): Work<string> {
  const fields = Object.entries(credentials).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const hmac = createHmac("sha256", yield* fingerprintKey(seal));
  return hmac
    .update(JSON.stringify([workspaceId, fields]))
    .digest("hex")
    .slice(0, 8);
}

/** The place that the fingerprint key is encrypted for. */
export const fingerprintPlace: readonly string[] = ["fingerprint"];
const subject = { owner: "the fingerprints", remedy: "A new one is made." };

function* fingerprintKey(seal: Seal): Work<Buffer> {
  const fresh = randomBytes(32).toString("base64");
  const first = seal.seal(fresh, fingerprintPlace);
  // Another workspace may store its first key at the same moment: the one that is stored counts.
  yield* run(insertSql, { keyId: first.keyId, sealed: first.sealed });
  const stored = yield* row<Sealed>(selectSql);
  const opened = stored && openOrForget(stored, seal);
  const key = opened ?? fresh;
  // Encrypted again with the newest key, so that older keys can be retired.
  if (opened === undefined || stored?.keyId !== seal.newestKeyId) {
    const { keyId, sealed } = seal.seal(key, fingerprintPlace);
    yield* run("UPDATE fingerprint_key SET key_id = @keyId, sealed = @sealed", { keyId, sealed });
  }
  return Buffer.from(key, "base64");
}

const insertSql = `INSERT INTO fingerprint_key ("only", key_id, sealed) VALUES (1, @keyId, @sealed)
  ON CONFLICT DO NOTHING`;
const selectSql = 'SELECT key_id AS "keyId", sealed FROM fingerprint_key FOR UPDATE';

// If the key is lost, credentials that are entered again get another fingerprint. Stored fingerprints stay.
function openOrForget(stored: Sealed, seal: Seal): string | undefined {
  try {
    return seal.open(stored, fingerprintPlace, subject);
  } catch (error) {
    if (isProblem(error, "not_connected")) return undefined;
    throw error;
  }
}
