import type { AuditEvent } from "../audit/audit-log.ts";
import { agentKey } from "../numbers/change.ts";

/** How long after the outcome of a change its first calls are looked for, in milliseconds. */
export const firstLookMs = 20_000;

/** Whether somebody should look who answers the first calls: the change took effect and gave the number an agent. */
export function deservesFirstCall({ outcome, wanted }: Pick<AuditEvent, "outcome" | "wanted">): boolean {
  return outcome === "applied" && typeof wanted?.[agentKey] === "string";
}

/** The lanes of work of the changes that are looked at first, its own last: those of runs come after people's own. */
export function firstCallLanes({
  number,
  details,
}: Pick<AuditEvent, "number" | "details">): readonly string[] {
  const connection = number?.connectionId ?? "";
  return details?.["run"] === undefined ? [connection] : [connection, `${connection} run`];
}
