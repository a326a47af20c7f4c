import { Problem } from "../domain/problem.ts";

/** Longer than any vendor's id; a longer one is refused rather than sent. */
const maxIdLength = 256;

/**
 * A path with an id that a person may have typed in place of `{id}`, percent-encoded, so that it reaches no other
 * endpoint. Throws not_found for what can be no id: empty, `.`, `..`, and the `reserved` names of the vendor's routes.
 */
export function pathWith(template: string, id: string, reserved: readonly string[] = []): string {
  // `.` and `..` survive percent-encoding and would be folded away when the address is read.
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
    // Half of a surrogate pair: no text that any vendor could have sent.
    return undefined;
  }
}
