import type { AuditEvent } from "../audit/audit-log.ts";
import type { NumberKey } from "../numbers/phone-number.ts";

/** Where people read what to do about a number. */
export interface Runbook {
  readonly key: NumberKey;
  /** An https address that `runbookUrlFault` found nothing wrong with. */
  readonly url: string;
}

/** The runbooks of the numbers of one workspace, at most one for each. */
export interface Runbooks {
  /** The address of a number's runbook; undefined if it has none. */
  of(key: NumberKey): Promise<string | undefined>;
  /** All of them, to list numbers with. */
  list(): Promise<readonly Runbook[]>;
  /** Stores a number's runbook in place of an earlier one, with its entry. Throws not_recorded. */
  set(runbook: Runbook, event: AuditEvent<"runbook.set">): Promise<void>;
  /** Removes a number's runbook with an entry. Returns false, and writes nothing, if it has none. Throws not_recorded. */
  remove(key: NumberKey, event: AuditEvent<"runbook.removed">): Promise<boolean>;
}
