import type { Mapping } from "./hook.ts";

/** A mapping in one line, for the audit log and lists: `service “cartesia*” → plan cartesia-down`. */
export function mappingText({
  field,
  pattern,
  proposes,
}: Pick<Mapping, "field" | "pattern" | "proposes">): string {
  return `${field} “${pattern}” → ${proposedText(proposes)}`;
}

/** What a mapping proposes, in a few words. */
export function proposedText(proposes: Mapping["proposes"]): string {
  if (proposes.kind === "plan") return `plan ${proposes.plan}`;
  return `${proposes.numbers.map(({ label }) => label).join(", ")} to ${proposes.agentName}`;
}
