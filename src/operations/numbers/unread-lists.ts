import type { Problem } from "../../domain/problem/problem.ts";
import type { Connection } from "../../domain/connections/connections.ts";

/** A connection whose list could not be read now. */
export interface Unanswered {
  readonly connection: Connection;
  readonly problem: Problem;
  /** When the cached copy of its numbers was read; undefined if they are missing. */
  readonly asOf: Date | undefined;
}

/**
 * Why it cannot be determined yet whether a number exists, in plain text; undefined if every connection's numbers are
 * known.
 */
export function unreadText(unanswered: readonly Unanswered[]): string | undefined {
  const unread = unanswered.filter(
    ({ asOf, problem }) => asOf === undefined && problem.code !== "unsupported",
  );
  if (unread.length === 0) return undefined;
  return unread
    .map(({ connection: { name }, problem }) =>
      problem.details.loading
        ? `The list of the numbers of ${name} is still loading.`
        : `Patchbay has no list of the numbers of ${name}: ${problem.message}`,
    )
    .join(" ");
}
