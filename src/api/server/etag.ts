import { createHash } from "node:crypto";
import type { Snapshot } from "../../domain/numbers/change.ts";

/** The strong ETag of a number: a hash of the fields that Patchbay changes. */
export function etagOf(state: Snapshot): string {
  const fields = Object.entries(state).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `"${createHash("sha256").update(JSON.stringify(fields)).digest("base64url")}"`;
}
