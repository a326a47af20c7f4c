import type { Actor } from "../shared/actor.ts";
import type { AuditEvent } from "../audit/audit-log.ts";
import type { Rule } from "./rules.ts";

/** A rule that does not hold for one person for a while. */
export interface RuleOverride {
  readonly ruleId: string;
  readonly by: Actor;
  /** UTC, ISO 8601. */
  readonly until: string;
}

/** An override with its entry. */
export interface RecordedOverride {
  readonly override: RuleOverride;
  readonly event: AuditEvent<"rule.overridden">;
}

/** Who closed the gate for automation, and why. While it is closed, only people change numbers. */
export interface ClosedGate {
  readonly by: Actor;
  readonly reason: string;
  /** UTC, ISO 8601. */
  readonly at: string;
}

/**
 * The rules of one workspace, the overrides of them, and the gate. A database error is thrown: unreadable rules never
 * count as none.
 */
export interface Rules {
  /** All rules, oldest first. Throws if one cannot be read. */
  list(): Promise<readonly Rule[]>;
  /** The rules that can be read, and the ids of the others, oldest first: to show them, not to enforce them. */
  listReadable(): Promise<{ readonly rules: readonly Rule[]; readonly unreadable: readonly string[] }>;
  /** Stores a rule with its entry. Throws invalid_input if the workspace has too many rules, and not_recorded. */
  set(rule: Rule, event: AuditEvent<"rule.set">): Promise<void>;
  /** Removes a rule with its entry. Returns false, and writes nothing, if it is no longer stored. Throws not_recorded. */
  remove(ruleId: string, event: AuditEvent<"rule.removed">): Promise<boolean>;
  /** The overrides that have not expired at that time. */
  overrides(at: Date): Promise<readonly RuleOverride[]>;
  /**
   * Stores overrides with their entries, all or none, each in place of an earlier one by the same person. Throws
   * not_found if a rule is no longer there, and not_recorded.
   */
  override(overrides: readonly RecordedOverride[]): Promise<void>;
  /** Undefined while automation may change numbers. */
  closedGate(): Promise<ClosedGate | undefined>;
  /** Closes the gate, with its entry. Throws nothing_to_change if it is closed, and not_recorded. */
  closeGate(gate: ClosedGate, event: AuditEvent<"gate.closed">): Promise<void>;
  /** Opens it, with its entry. Throws nothing_to_change if it is open, and not_recorded. */
  openGate(event: AuditEvent<"gate.opened">): Promise<void>;
}
