import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { Snapshot } from "../../domain/change.ts";
import type { Problem } from "../../domain/problem.ts";
import type { TemporaryChange } from "../../domain/temporary-change.ts";

/** What happens around the end of a change that people have to hear of. */
export type ExpiryEvent =
  /** It will end soon. */
  | { readonly kind: "reminder" }
  /** The number was given back, by that change. */
  | { readonly kind: "reverted"; readonly revert: ChangeRecord }
  /** The number already was as before the change. */
  | { readonly kind: "already" }
  /** The number is no longer as the change left it, so nothing was done: by that change of ours, or elsewhere. */
  | { readonly kind: "moved"; readonly by: ChangeRecord | undefined; readonly now: Snapshot }
  /** A newer change of the same number ends later: first that one. */
  | { readonly kind: "waits"; readonly newer: ChangeRecord; readonly until: Date }
  /** It cannot be given back at the moment and is tried again. */
  | { readonly kind: "frozen" | "unreachable"; readonly problem: Problem }
  /** The request to give it back was sent, and nobody can tell yet. */
  | { readonly kind: "unknown"; readonly revert: ChangeRecord }
  /** Its end seems to have come, and nobody knows what time it is. */
  | { readonly kind: "clock_off" }
  /** It was not given back and will not be by itself. */
  | { readonly kind: "failed"; readonly problem: Problem };

/** The news together with the change that it is about and its end. */
export interface ExpiryNotice {
  readonly record: ChangeRecord;
  readonly temporary: TemporaryChange;
  readonly news: ExpiryEvent;
}
