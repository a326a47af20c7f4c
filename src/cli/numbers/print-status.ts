import type { Out } from "../cli-context.ts";
import { sanitize } from "../sanitize.ts";
import { changeLines } from "./change-text.ts";
import type { StatusDocument } from "./number-status.ts";

/** Prints what needs attention: what is broken first, then what waits. */
export function printStatus(out: Out, status: StatusDocument): void {
  const groups: readonly (readonly [title: string, items: readonly (readonly string[])[]])[] = [
    [
      "Failovers and reverts under way",
      status.runs.map(({ title, state, by, startedAt, endsAt, run }) => [
        `${title}: ${state}${endsAt === undefined ? "" : `, until ${endsAt}`}`,
        `begun by ${by}${startedAt === undefined ? "" : ` at ${startedAt}`} (${run})`,
      ]),
    ],
    ["Runs that this version cannot read", status.unreadableRuns.map((run) => [run])],
    [
      "Failing connections",
      status.failing.map(({ connection, problem }) => [`${connection.name}: ${problem}`]),
    ],
    ["Detached, and still without an agent", status.detached.map(changeLines)],
    ["Unknown outcomes", status.unknown.map(changeLines)],
    [
      "Waiting for approval",
      status.pending.map(({ about, by, reason, expiresAt, approval }) => [
        about,
        `${by} asked${reason === undefined ? "" : `: ${reason}`}; expires ${expiresAt} (${approval})`,
      ]),
    ],
    [
      "Temporary changes",
      status.temporary.map(({ change, endsAt, state }) => [
        `${state === "reverting" ? "is being reverted, due" : "reverts"} ${endsAt}`,
        ...changeLines(change),
      ]),
    ],
  ];
  const found = groups.filter(([, items]) => items.length > 0);
  if (found.length === 0) out.out("All clear: nothing needs attention.\n");
  for (const [title, items] of found) {
    out.out(`${title} (${items.length}):\n`);
    for (const item of items) out.out(`  ${item.map(sanitize).join("\n    ")}\n`);
  }
  out.out(`As of ${status.at}\n`);
}
