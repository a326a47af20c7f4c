import type { Problem } from "../../domain/problem.ts";
import type { Connection } from "../../domain/connections.ts";

/** A connection whose list could not be read now, and when what is known of it was. */
export interface Unanswered {
  readonly connection: Connection;
  readonly problem: Problem;
  /** When its numbers in this list were read, if it is known from earlier; undefined when they are missing. */
  readonly asOf: Date | undefined;
}

/** Why nobody can say yet whether a number is there, in plain words; undefined where every connection's numbers are known. */
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
