import { Problem } from "../domain/problem/problem.ts";

/** Longer than any vendor's id. Longer ones are refused. */
const maxIdLength = 256;

/**
 * A path with a typed id, percent-encoded, in place of `{id}`, so that it reaches no other endpoint. Throws not_found
 * for an invalid id: empty, `.`, `..`, or a `reserved` name of the vendor's routes.
 */
export function pathWith(template: string, id: string, reserved: readonly string[] = []): string {
  // `.` and `..` survive percent-encoding and would be resolved as path segments.
  const impossible = id.trim() === "" || id === "." || id === ".." || id.length > maxIdLength;
  const encoded = impossible || reserved.includes(id) ? undefined : percentEncoded(id);
  if (encoded === undefined) {
    throw new Problem("not_found", "That cannot be an id, so nothing was asked for.");
  }
  return template.replace("{id}", () => encoded);
}

function percentEncoded(id: string): string | undefined {
  try {
    return encodeURIComponent(id);
  } catch {
    // An unpaired surrogate: no vendor can have sent this text.
    return undefined;
  }
}
